/**
 * How compiled tests call what only tests have:
 *
 *     core/test/expect         condition, then for each of its parts the part's source text and its value
 *     core/test/expect-equal   actual, expected
 *     core/test/advance        ms: waits until the time has moved on by so much
 *     core/test/settle         waits until nothing else can run at this moment
 *     core/test/crash          the process dies, and the task goes on here in the next one
 */

/** Name of the symbol that stands for the value of a part which was not evaluated, as in `(or true (f))`. No source can write it. */
export const unseenPart = "%unseen"
