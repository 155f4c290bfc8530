// Compiles the file named by the first argument and prints the peak memory of the process in KiB.
import { readFileSync } from "node:fs"
import { compile } from "../compiler/index.ts"

const { bundle } = compile({ name: "generated.sxs", text: readFileSync(process.argv[2]!, "utf8") })
if (bundle === undefined) throw new Error("does not compile")
console.log(process.resourceUsage().maxRSS)
