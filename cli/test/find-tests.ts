import { dirname, resolve } from "node:path"
import type { Findings } from "../../compiler/report.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { compileBytes } from "../compile-file.ts"
import { ImportedFiles } from "../imported-files.ts"
import { namedFiles, readNamedFile } from "../named-files.ts"
import type { ShellService } from "../shell.ts"
import type { TestProgram } from "./run-test.ts"

export interface FoundTests {
  /** In the order of the files, and of their lines. */
  readonly tests: ReadonlyArray<TestProgram>
  /** Of each file that may hold tests. */
  readonly findings: ReadonlyArray<Findings>
}

const mark = Buffer.from("deftest")

/** The tests of these files, and of all source files in these folders. A file in which nothing looks like a test is not
 * compiled. */
export const findTests = (files: ReadonlyArray<string>, shell: ShellService): FoundTests => {
  const imported = new ImportedFiles(shell.cwd)
  const compiled = namedFiles(files, shell).flatMap((file) => {
    const { bytes, name } = readNamedFile(file, shell)
    if (!Buffer.from(bytes).includes(mark)) return []
    const { bundle, findings } = compileBytes(name, bytes, imported, { withTests: true })
    return [
      {
        file,
        findings,
        tests: bundle === undefined ? [] : testsOf(bundle, { file, folder: dirname(resolve(shell.cwd, file)) })
      }
    ]
  })
  return { tests: compiled.flatMap(({ tests }) => tests), findings: compiled.map(({ findings }) => findings) }
}

const testsOf = (bundle: Bundle, place: Pick<TestProgram, "file" | "folder">): ReadonlyArray<TestProgram> =>
  bundle.manifest.exports.map(({ function: index, name }) => {
    const { line } = bundle.manifest.functions[index]!.position
    return { bundle, name, line, ...place }
  })

/** Those whose text is the filter; without such those that contain it. */
export const chosenTests = (tests: ReadonlyArray<TestProgram>, filter: string | undefined): typeof tests => {
  if (filter === undefined) return tests
  const exact = tests.filter(({ name }) => name === filter)
  return exact.length > 0 ? exact : tests.filter(({ name }) => name.includes(filter))
}
