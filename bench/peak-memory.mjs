// Preloaded into a measured process: at its end it writes its peak memory in KiB to descriptor 3. Plain JavaScript, so that
// it does not load what removes types.
import { writeSync } from "node:fs"

process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)))
