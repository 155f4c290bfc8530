import { spawnSync } from "node:child_process"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of the repository: commands in documents are typed there. */
export const root = fileURLToPath(new URL("../..", import.meta.url))

const { PATH, SXS_GOLDEN } = process.env

/** What comes out is written instead of compared. */
export const isWriting = SXS_GOLDEN === "write"

/** A command as it is typed, behind `$ `, and the lines that follow it. */
export interface Step {
  readonly command: string
  readonly output: string
}

/** What stands before the first command is not looked at. */
export const parseTranscript = (text: string): ReadonlyArray<Step> =>
  `\n${text}`
    .split("\n$ ")
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n")
      return end < 0
        ? { command: part, output: "" }
        : { command: part.slice(0, end), output: ended(part.slice(end + 1)) }
    })

export const printTranscript = (steps: ReadonlyArray<Step>): string =>
  steps.map(({ command, output }) => `$ ${command}\n${output}`).join("")

const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`)

/**
 * Types the commands one after another, all of them on `store`, and gives what they print: their stdout, and where
 * `streams` says so their stderr between it, as a terminal shows it. `npx sxs` is the command line of this repository.
 * Throws when one ends with another code than 0.
 */
export const runTranscript = (
  steps: ReadonlyArray<Step>,
  options: { readonly store: string; readonly streams: "stdout" | "both" }
): ReadonlyArray<Step> =>
  steps.map(({ command }) => {
    const typed = command.replace(/^npx sxs\b/, `"$SXS_NODE" bin/sxs.cjs`)
    const script = options.streams === "both" ? `{ ${typed}\n} 2>&1` : typed
    const { status, stderr, stdout } = spawnSync("/bin/sh", ["-c", script], {
      cwd: root,
      env: environment(options.store),
      encoding: "utf8"
    })
    if (status !== 0) throw new Error(`\`${command}\` ended with ${status}\n${stdout}${stderr}`)
    return { command, output: stdout }
  })

/** For a process that finds the store and this Node, and nothing else that could change what it prints. */
export const environment = (store: string): NodeJS.ProcessEnv => ({
  PATH: `${dirname(process.execPath)}:${PATH}`,
  HOME: store,
  SXS_NODE: process.execPath,
  SXS_STORE: join(store, "store")
})

/** Without what differs from run to run: times, and the names of bundles, which change with each edit of the compiler. */
export const normalise = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>")
    .replace(
      /(?<=since | {2})\d+ (?:s|min|h|d)$|(?<=since )\d+ (?:s|min|h|d)(?=\))|\b\d+ (?:s|min|h|d)(?= ago)/gm,
      "<duration>"
    )
    .replace(/^(bundle +)[0-9a-f]{12}$/gm, "$1<hash>")
