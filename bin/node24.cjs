// Starts Node 24 when the Node that runs this is older. Plain CommonJS that Node 18 can read.
"use strict"

const fs = require("node:fs")
const path = require("node:path")
const { fileURLToPath } = require("node:url")

const nodeMajorMin = 24
const exitFault = 70
const launcherVariable = "SXS_LAUNCHER"

exports.isNewEnough = () => Number(process.versions.node.split(".")[0]) >= nodeMajorMin

/** What nobody has caught is a fault in sxs, or in a module that it calls: a message for the user, and exit code 70. */
exports.reportFaults = () => {
  process.on("uncaughtException", (error) => {
    const [summary] = String(error?.message ?? error).split("\n")
    const place = foreignPlace(error)
    process.stderr.write(
      place === undefined
        ? `sxs: a fault in sxs itself: ${summary}. Please report it.\n`
        : `sxs: uncaught error in ${place}, outside of any call: ${summary}\n` +
            "Nobody waits for what was left there: wait for it in the function that sxs calls, or catch it. Tasks go on with the next start.\n"
    )
    const isDetailed = process.env.SXS_DEBUG === "1"
    process.stderr.write(isDetailed ? `${error?.stack ?? error}\n` : "SXS_DEBUG=1 shows the details.\n")
    process.exit(exitFault)
  })
}

const ownFolder = path.join(__dirname, "..") + path.sep
const ownModules = () => Object.keys(require("../package.json").dependencies).map((name) => `node_modules/${name}/`)

/** Where the error comes from, when its innermost place outside of Node is not in sxs, nor in what sxs is made of. */
const foreignPlace = (error) => {
  for (const line of String(error?.stack ?? "").split("\n")) {
    const [, url, at] = /^ +at (?:.*\()?((?:file:|\/|[A-Za-z]:\\).*?)(:\d+:\d+)\)?$/.exec(line) ?? []
    if (url === undefined) continue
    const file = url.startsWith("file:") ? fileURLToPath(url) : url
    if (isOwn(file)) return undefined
    return besideHere(file) + at
  }
  return undefined
}

const besideHere = (file) => {
  try {
    const beside = path.relative(process.cwd(), file)
    return beside.startsWith("..") || path.isAbsolute(beside) ? file : `.${path.sep}${beside}`
  } catch {
    return file // The current folder has been removed.
  }
}

const isOwn = (file) => {
  if (ownModules().some((module) => file.split(path.sep).join("/").includes(module))) return true
  return ["bin", "cli", "compiler", "dist", "node_modules", "runtime", "stdlib"].some((folder) =>
    file.startsWith(ownFolder + folder + path.sep)
  )
}

/** Keeps compiled JavaScript between starts, which halves the time until the first line of a program runs. */
exports.enableCompileCache = () => {
  const { enableCompileCache } = require("node:module")
  if (enableCompileCache !== undefined) enableCompileCache()
}

/** Runs `file` again with the same arguments under the Node that the package `node` brings; ends as that process ends. */
exports.restart = (file) => {
  const executable = bundledNode()
  if (executable === undefined) {
    process.stderr.write(
      `sxs: Node ${nodeMajorMin} or newer is needed, this is ${process.version} and the package \`node\` is not installed.\n` +
        `Install Node ${nodeMajorMin} (https://nodejs.org), or run \`npm rebuild node\` where sxs is installed.\n`
    )
    process.exit(exitFault)
  }
  const args = [...process.execArgv.filter(isForwarded), file, ...process.argv.slice(2)]
  const child = require("node:child_process").spawn(executable, args, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, [launcherVariable]: String(process.pid) }
  })
  // A terminal sends Ctrl-C to the child as well, so it may hear it twice at once: it takes the two for one.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"]
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on("error", (error) => {
    process.stderr.write(`sxs: ${executable} does not start: ${error.message}\n`)
    process.exit(exitFault)
  })
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code)
    for (const each of signals) process.removeAllListeners(each)
    process.kill(process.pid, signal)
  })
}

/** In a process that `restart` has started: ends it when its launcher is gone. Who kills the process that he started means
 * the program, and a program that went on unseen would hold the store. */
exports.endWithLauncher = () => {
  if (process.env[launcherVariable] !== String(process.ppid) || !process.connected) return
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"))
  process.channel.unref()
}

const isForwarded = (option) =>
  /^--(inspect|cpu-prof|heap-prof|max-old-space-size|stack-size|enable-source-maps)/.test(option)

const bundledNode = () => {
  const name = process.platform === "win32" ? "node.exe" : "node"
  try {
    const executable = path.join(path.dirname(require.resolve("node/package.json")), "bin", name)
    return fs.existsSync(executable) ? executable : undefined
  } catch {
    return undefined
  }
}
