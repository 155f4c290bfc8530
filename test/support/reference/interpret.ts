import { Fault } from "../../../runtime/errors.ts"
import { print } from "../../../runtime/value/print.ts"
import type { Value } from "../../../runtime/value/value.ts"
import { Interpreter } from "./interpreter.ts"
import { run } from "./tasks.ts"

/** What can be seen of a program when all its tasks have ended. */
export interface Outcome {
  readonly end: { readonly result: string } | { readonly code: string; readonly message: string }
  /** How many there were, with the main task. */
  readonly tasks: number
  /** Of the main task, in order. */
  readonly lines: ReadonlyArray<string>
  /** Of the other tasks, sorted, as nobody says in which order they run. */
  readonly otherLines: ReadonlyArray<string>
  /** Keys with their values as they print, in the order of the keys. */
  readonly keys: ReadonlyArray<string>
}

/** A function prints as such: which number its code has is not the language's business. */
export const printed = (value: Value): string => print(value, () => "function")

/** Runs a program by the reference. */
export const interpret = (name: string, text: string): Outcome => {
  const machine = new Interpreter({ name, text })
  const end = endOf(() => machine.file())
  const { lines } = machine
  for (let index = 0; index < machine.tasks.length; index++) run(machine, machine.tasks[index]!)
  return {
    end,
    tasks: machine.tasks.length + 1,
    lines,
    otherLines: machine.tasks.flatMap((task) => task.lines).sort(),
    keys: [...machine.state.keys].map(([key, value]) => `${key} = ${printed(value)}`).sort()
  }
}

const endOf = (main: () => Value): Outcome["end"] => {
  try {
    return { result: printed(main()) }
  } catch (thrown) {
    if (thrown instanceof Fault) return { code: thrown.code, message: thrown.message }
    throw thrown
  }
}
