import type { Manifest } from "../../stdlib/abi/manifest.ts"

/** The `.d.ts` of a bundle's module: what a TypeScript program that imports it may see. */
export const declarations = (manifest: Manifest): string =>
  [
    `// The compiled program ${JSON.stringify(manifest.program)}.`,
    'import type { Link } from "sxs/stdlib"',
    'import type { Manifest } from "sxs/stdlib"',
    "",
    "/** Functions, suspension points and live sets, as data. */",
    "export declare const manifest: Manifest",
    "/** Called by the runtime, once for each process. */",
    "export declare const link: Link",
    ""
  ].join("\n")
