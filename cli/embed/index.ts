/// <reference lib="esnext.disposable" preserve="true" />
/** `import … from "sxs"`: compiled programs in a TypeScript program. Nothing here shows that the runtime is on Effect. */

export { SxsError } from "../../runtime/value/plain.ts"
export { Closure as SxsClosure, Sym as SxsSymbol, TaskRef as SxsTaskRef } from "../../runtime/value/value.ts"
export type { Link } from "../../stdlib/abi/intrinsics.ts"
export type { Manifest } from "../../stdlib/abi/manifest.ts"
export { SxsBundleError, SxsFault, SxsStopped, SxsStoreError } from "./errors.ts"
export { openSxs } from "./open.ts"
export type {
  Int,
  Sxs,
  SxsFunction,
  SxsInput,
  SxsMapInput,
  SxsOptions,
  SxsProgram,
  SxsTask,
  SxsValue
} from "./types.ts"
