// `sxs/main`: what a compiled NAME.js calls when it is started.
"use strict"

const fs = require("node:fs")
const { fileURLToPath } = require("node:url")
const node24 = require("./node24.cjs")

/** Runs the bundle file of that URL as `sxs run` would run its source, with the arguments of this process. */
exports.run = (url) => {
  const file = fs.realpathSync(fileURLToPath(url))
  if (!node24.isNewEnough()) return node24.restart(file)
  node24.endWithLauncher()
  node24.reportFaults()
  node24.enableCompileCache()
  return import("../dist/packed/bundle-main.js").then(({ bundleMain }) => bundleMain(file, process.argv.slice(2)))
}
