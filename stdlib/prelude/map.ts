/** The map functions that take a function; see list.ts. They go by lists of keys, as each change of a map copies it. */
export const mapSource = `; Functions over maps. They go through the entries in order, one call after another.

(defn core/map/map-values (f :fn of :map) :map [
  (core/map/from-lists (core/map/keys of) (core/list/map f (core/map/values of)))
])

(defn core/map/filter (f :fn of :map) :map [
  (def kept (core/list/list))
  (for (entry (core/map/entries of))
    (def key (core/list/at! 0 entry))
    (if (f key (core/list/at! 1 entry)) (set kept (core/list/append kept key))))
  (core/map/pick of kept)
])

(defn core/map/fold (f :fn start :any of :map) :any [
  (def so-far start)
  (for (entry (core/map/entries of))
    (set so-far (f so-far (core/list/at! 0 entry) (core/list/at! 1 entry))))
  so-far
])

(defn core/map/each (f :fn of :map) :none [
  (for (entry (core/map/entries of))
    (f (core/list/at! 0 entry) (core/list/at! 1 entry)))
  none
])

(defn core/map/update (f :fn of :map key :str default :any) :map [
  (core/map/put of key (f (core/map/get of key default)))
])
`
