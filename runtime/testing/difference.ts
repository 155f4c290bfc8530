/** What is missing in `found` and what should not be there, one sentence each. */
export const difference = (
  what: string,
  found: ReadonlyArray<string>,
  expected: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const [has, needs] = [new Set(found), new Set(expected)]
  const lacking = expected.filter((item) => !has.has(item)).map((item) => `${what}: ${item} is missing`)
  const surplus = found.filter((item) => !needs.has(item)).map((item) => `${what}: ${item} should not be there`)
  const doubled = found.length > has.size ? [`${what}: something is there twice`] : []
  return [...lacking, ...surplus, ...doubled]
}
