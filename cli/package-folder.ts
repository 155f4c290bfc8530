import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of this package: from `cli/`, and from `dist/packed/`, where what is built of it stands. */
const here = dirname(fileURLToPath(import.meta.url))
export const packageFolder = resolve(here, import.meta.url.endsWith(".ts") ? ".." : "../..")
