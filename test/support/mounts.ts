import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Why file systems cannot be mounted here; undefined when they can. */
export const whyNoMounts = (): string | undefined => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "mounting needs root on Linux"
  const folder = mkdtempSync(join(tmpdir(), "sxs-mount-"))
  try {
    mountTmpfs(folder, "1m")
    unmount(folder)
    const image = makeImage(`${folder}-image`, "8M")
    try {
      mountImage(image, folder)
      unmount(folder)
    } finally {
      rmSync(image)
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmdirSync(folder)
  }
}

export const mountTmpfs = (folder: string, size: string): void =>
  run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder)

export const resizeTmpfs = (folder: string, size: string): void => run("mount", "-o", `remount,size=${size}`, folder)

/** An ext4 file system in a file. */
export const makeImage = (file: string, size: string): string => {
  run("truncate", "-s", size, file)
  run("mkfs.ext4", "-q", "-F", file)
  return file
}

/** The loop device goes with the mount. */
export const mountImage = (image: string, folder: string): void => {
  mkdirSync(folder, { recursive: true })
  run("mount", "-o", "loop", image, folder)
}

export const copyImage = (from: string, to: string): void => run("cp", "--sparse=always", from, to)

export const unmount = (folder: string): void => run("umount", folder)

/** Also what a failed test has left. */
export const unmountIfMounted = (folder: string): void => {
  if (spawnSync("mountpoint", ["-q", folder]).status === 0) unmount(folder)
}

const run = (command: string, ...args: ReadonlyArray<string>): void => {
  const { error, status, stderr } = spawnSync(command, args, { encoding: "utf8" })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr.trim()}`)
}
