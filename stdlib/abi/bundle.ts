import type { Manifest } from "./manifest.ts"

/**
 * One compiled program. `code` is an ES module (see `intrinsics.ts`) that holds the manifest too; `hash` is the lower-case
 * hex SHA-256 of the UTF-8 bytes of `code`, and names the bundle everywhere.
 */
export interface Bundle {
  readonly hash: string
  readonly code: string
  readonly manifest: Manifest
  /** Source map, version 3, as JSON text with `sourcesContent`. Not part of the hash. */
  readonly map: string
}
