/** Plants the fault that `SXS_PLANT` names into the modules that this process loads: `node --import ./test/simulation/plant.ts`. */
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { plants } from "./plants.ts"

const root = join(import.meta.dirname, "../..")
const plant = plants.find(({ name }) => name === process.env["SXS_PLANT"])
if (plant === undefined) throw new Error(`no such plant: ${process.env["SXS_PLANT"]}`)

const address = pathToFileURL(join(root, plant.file)).href

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    if (url !== address) return loaded
    const parts = String(loaded.source).split(plant.text)
    if (parts.length !== 2) throw new Error(`${plant.name} no longer fits: its text stands ${parts.length - 1} times`)
    return { ...loaded, source: parts.join(plant.replacement) }
  }
})
