import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach } from "vitest"

export const root = fileURLToPath(new URL("../..", import.meta.url))
export const launcher = join(root, "bin/sxs.cjs")

/** How a process has ended, and what it said. */
export interface Ended {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

const folders: Array<string> = []
const children: Array<ChildProcess> = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL")
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A new folder with these files in it, removed after the test. */
export const folderWith = (files: Readonly<Record<string, string | Uint8Array>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-cli-"))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

export interface StartOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Options for Node itself. */
  readonly node?: ReadonlyArray<string>
  /** What it reads from stdin; nothing when left out. */
  readonly input?: string
  /** What stdout is, instead of a pipe: a file that is open for writing. */
  readonly stdout?: number
}

const environment = (options: StartOptions): NodeJS.ProcessEnv => {
  const { PATH } = process.env
  return { PATH, HOME: options.cwd, ...options.env }
}

/** Longer than any command takes; one that hangs must not hang the tests. */
const timeout = 60_000

/** Runs the JavaScript file to its end. */
export const start = (file: string, args: ReadonlyArray<string>, options: StartOptions): Ended => {
  const { error, status, stderr, stdout } = spawnSync(process.execPath, [...(options.node ?? []), file, ...args], {
    cwd: options.cwd,
    env: environment(options),
    input: options.input ?? "",
    encoding: "utf8",
    stdio: ["pipe", options.stdout ?? "pipe", "pipe"],
    timeout,
    killSignal: "SIGKILL"
  })
  if (error !== undefined) throw error
  return { exitCode: status, out: stdout ?? "", err: stderr }
}

/** Runs `sxs` with these words in that folder; its store is `.sxs` there. */
export const sxs = (cwd: string, ...args: ReadonlyArray<string>): Ended => start(launcher, args, { cwd })

/** Starts `sxs` and gives the process while it runs; it is killed after the test. */
export const starting = (options: StartOptions, ...args: ReadonlyArray<string>): ChildProcess => {
  const child = spawn(process.execPath, [...(options.node ?? []), launcher, ...args], {
    cwd: options.cwd,
    env: environment(options),
    stdio: ["ignore", "pipe", "pipe"]
  })
  children.push(child)
  return child
}

/** Succeeds when the process has written `text` to stdout; fails when it ends before. */
export const printed = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let seen = ""
    child.stdout!.on("data", (chunk) => {
      seen += String(chunk)
      if (seen.includes(text)) resolve()
    })
    child.on("exit", () => reject(new Error(`it ended after ${JSON.stringify(seen)}`)))
  })

export const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    let out = ""
    let err = ""
    child.stdout?.on("data", (chunk) => (out += String(chunk)))
    child.stderr?.on("data", (chunk) => (err += String(chunk)))
    child.on("close", (exitCode) => resolve({ exitCode, out, err }))
  })
