/** Writes the text. A promise is kept when it has left the process or nobody is there to take it, as into a pipe whose reader
 * takes its time; undefined when it has left at once. */
export const writeTo = (stream: NodeJS.WriteStream, text: string): Promise<void> | undefined => {
  let left = () => {}
  stream.write(text, () => left())
  return stream.writableLength === 0 ? undefined : new Promise((resolve) => (left = resolve))
}

/** Returns when all that was written by now has left the process, or nobody is there to take it. */
export const emptied = async (stream: NodeJS.WriteStream): Promise<void> => {
  if (!isClosed(stream)) await new Promise<void>((resolve) => stream.write("", () => resolve()))
}

export const isClosed = (stream: NodeJS.WriteStream): boolean =>
  stream.destroyed || stream.errored !== null || !stream.writable
