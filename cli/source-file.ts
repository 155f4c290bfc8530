import { readFileSync, realpathSync } from "node:fs"
import { relative, resolve } from "node:path"
import { usageError } from "./exit.ts"
import type { ShellService } from "./shell.ts"

/** The bytes of a file that the user named; throws a usage error when it cannot be read. */
export const readSourceFile = (file: string, shell: ShellService): Uint8Array => {
  try {
    return readFileSync(resolve(shell.cwd, file))
  } catch (error) {
    throw usageError(whyUnreadable(file, error as NodeJS.ErrnoException))
  }
}

/** The path of the file without links; throws a usage error when it has gone since it was read. */
export const realFile = (file: string, shell: ShellService): string => {
  try {
    return realpathSync(file)
  } catch (error) {
    throw usageError(whyUnreadable(relative(shell.cwd, file), error as NodeJS.ErrnoException))
  }
}

const whyUnreadable = (file: string, { code, message }: NodeJS.ErrnoException): string => {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return `there is no file ${file}`
    case "EISDIR":
      return `${file} is a folder, a source file is needed`
    case "EACCES":
    case "EPERM":
      return `${file} may not be read: permission denied`
    default:
      return `${file} cannot be read: ${message}`
  }
}
