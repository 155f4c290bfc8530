/**
 * The package as users get it: packed, and installed by npm into a project that it has made itself. Needs the dependencies in npm's
 * cache or a registry; where npm reaches neither, it is skipped, unless SXS_PACKED says that it must run.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "vitest"
import { folderWith, root } from "./start.ts"

const npmFlags = ["--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=0", "--loglevel=error"]

/** Longer than npm takes with all in its cache. */
const timeout = 110_000

const typed = (cwd: string, command: string, ...args: ReadonlyArray<string>) => {
  const { error, status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: "utf8", timeout })
  if (error !== undefined) throw error
  return { exitCode: status, out: stdout, err: stderr }
}

const isUnreachable = ({ err }: { readonly err: string }): boolean =>
  /\b(?:ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTCACHED)\b/.test(err)

it("is packed, makes a project, is installed there, runs it and tests it", { timeout: 3 * timeout }, (context) => {
  const folder = folderWith()
  const packed = typed(root, "npm", "pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder)
  assert.strictEqual(packed.exitCode, 0, packed.err)
  const [tarball] = readdirSync(folder)
  // What `npx --package=TARBALL sxs new demo` does, but in a folder that is removed afterwards.
  const tool = join(folder, "tool")
  mkdirSync(tool)
  const fetched = typed(tool, "npm", "install", "--prefix", tool, ...npmFlags, join(folder, tarball!))
  if (fetched.exitCode !== 0 && isUnreachable(fetched) && process.env["SXS_PACKED"] === undefined) return context.skip()
  assert.strictEqual(fetched.exitCode, 0, fetched.err)
  const made = typed(folder, join(tool, "node_modules/.bin/sxs"), "new", "demo")
  assert.strictEqual(made.exitCode, 0, made.err)

  const demo = join(folder, "demo")
  const { dependencies } = JSON.parse(readFileSync(join(demo, "package.json"), "utf8")) as {
    readonly dependencies: { readonly sxs: string }
  }
  // It knows that it was installed from a file.
  assert.strictEqual(dependencies.sxs, `file:${join(folder, tarball!)}`)
  const installed = typed(demo, "npm", "install", ...npmFlags)
  assert.strictEqual(installed.exitCode, 0, installed.err)
  const started = typed(demo, "npm", "start", "--silent")
  assert.strictEqual(started.out, "100 EUR are 125.0 USD\n200 EUR are 250.0 USD\n300 EUR are 375.0 USD\n", started.err)
  const tested = typed(demo, "npm", "test", "--silent", "--", "--crash")
  assert.include(tested.out, "1 test passed", tested.err)
  assert.strictEqual(typed(demo, "npm", "run", "check", "--silent").exitCode, 0)
  assert.include(typed(demo, "npx", "sxs", "ps", "--all").out, "demo-1  done")
})
