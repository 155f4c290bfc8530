/// <reference lib="esnext.disposable" preserve="true" />
/** `import … from "sxs"`: programs of sxs in a TypeScript program, with promises or as an Effect service. */

export { SxsError } from "../../runtime/value/plain.ts"
export { Closure as SxsClosure, Sym as SxsSymbol, TaskRef as SxsTaskRef } from "../../runtime/value/value.ts"
export type { Link } from "../../stdlib/abi/intrinsics.ts"
export type { Manifest } from "../../stdlib/abi/manifest.ts"
export {
  SxsArgumentError,
  SxsBundleError,
  SxsCompileError,
  SxsFault,
  SxsStopped,
  SxsStoreError,
  SxsTaskError
} from "./errors.ts"
export { openSxs } from "./open.ts"
export type { SxsResultError, SxsService, SxsStartError, SxsStarted } from "./service.ts"
export { Sxs } from "./sxs.ts"
export type {
  Int,
  SxsCall,
  SxsCompiled,
  SxsDiagnostic,
  SxsEvent,
  SxsEventFilter,
  SxsFunction,
  SxsInput,
  SxsInspection,
  SxsMapInput,
  SxsOptions,
  SxsProgram,
  SxsSource,
  SxsStart,
  SxsState,
  SxsSubscription,
  SxsTask,
  SxsTaskQuery,
  SxsTaskView,
  SxsValue
} from "./types.ts"
