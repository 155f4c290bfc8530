#!/usr/bin/env node
"use strict"

const node24 = require("./node24.cjs")

if (node24.isNewEnough()) {
  node24.endWithLauncher()
  node24.reportFaults()
  node24.enableCompileCache()
  import("../dist/packed/command.js").then(({ main }) => main(process.argv.slice(2)))
} else node24.restart(__filename)
