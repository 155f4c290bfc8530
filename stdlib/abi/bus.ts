/** The channels of the bus, as symbols of the language. */
export const channels: ReadonlyArray<string> = ["A", "B", "C", "D", "E", "F", "EXEC"]

/** Says what the processors do: programs can subscribe to it, only the runtime publishes on it. */
export const executionChannel = "EXEC"

/** The highest topic; the lowest is 0. */
export const topicMax = 65_535

/** How long an await waits that does not say how long, in ms. */
export const awaitMsDefault = 5000
