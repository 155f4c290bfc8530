import { fileURLToPath } from "node:url"
import { format } from "../../compiler/format/format.ts"
import { golden } from "../support/golden.ts"

/** A source that cannot be read has no expectation. */
golden(fileURLToPath(new URL("format", import.meta.url)), "formatted", (source) => format(source).value)
