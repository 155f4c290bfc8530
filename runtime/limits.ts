/**
 * Every bound of the runtime, with its unit and reason. What happens at a bound is said by the one who enforces it.
 */
export const limits = {
  /** UTF-8 bytes of one encoded value (4 MiB): a larger one would stall the writer for everybody in the namespace. */
  valueBytesMax: 4 * 1024 * 1024,
  /** Containers inside each other in one stored value. The codec recurses, and a segment may already stand deep. */
  valueDepthMax: 1000,
  /** Bits of an int that arithmetic makes, about 315,000 decimal digits: one product then takes milliseconds. */
  intBitsMax: 2 ** 20,
  /** UTF-16 units of a text that a library function makes (16 Mi): four times what a stored value may have in bytes. */
  textUnitsMax: 2 ** 24,
  /** Items of a list that a library function or compiled code makes (1 Mi); at 8 bytes an item the array has 8 MiB. */
  listItemsMax: 2 ** 20,
  /** UTF-16 units of a value in print (8 Mi): lists that share their parts print larger than they are. */
  printUnitsMax: 2 ** 23,

  /** UTF-8 bytes of a user's key, without the hidden prefix. */
  keyBytesMax: 1024,
  /** UTF-8 bytes of a name that becomes part of a key: a task id, a program, a local. */
  nameBytesMax: 1024,
  /** Frames of one task: their depth has four hex digits in a key. */
  framesMax: 0x10000,
  /** Commits of one namespace over its life, log lines of a task, ms since 1970 of a timer: 12 hex digits in a key. */
  counterMax: 2 ** 48 - 1,
  /** Lines that one commit may show: four hex digits in a key. */
  outputsPerCommitMax: 0x10000,
  /** UTF-16 units of lines on their way out of the process (1 Mi). At this many no segment starts until the reader of the
   * output has taken some: a program that prints is as fast as who reads it. */
  outputUnitsMax: 1024 * 1024,

  /** UTF-16 units of keys and payloads from which on a segment ends at its next fuel point (1 Mi): the writer then sets the
   * pace, however much a program writes. */
  segmentUnitsSoft: 1024 * 1024,
  /** The same of one segment that has no fuel point left (32 Mi): eight of the largest values. */
  segmentUnitsMax: 32 * 1024 * 1024,

  /** Bytes that library functions go through and make from which on a segment ends at its next fuel point (8 Mi): some ten
   * milliseconds, and little that is in memory at once. Less where the heap is small. */
  segmentBytesSoft: 8 * 1024 * 1024,
  /** The same of one segment that has no fuel point left (256 Mi, or an eighth of the heap): a few of the largest values. */
  segmentBytesMax: 256 * 1024 * 1024,
  /** Milliseconds of a segment in functions that only a clock can bound, with the same meaning as the two above. */
  segmentMsSoft: 10,
  segmentMsMax: 100,
  /** The same inside one `atomic`, which cannot be begun again: twice what runaway code may take. */
  atomicMsMax: 4000,

  /** Share of the heap from which on it is nearly full: garbage is collected, and tasks that hold much fail. */
  heapShareMax: 0.55,
  /** Segments between two looks at the heap: one takes 3 µs, as much as a short segment. */
  heapCheckSegments: 64,
  /** While a process has done next to nothing for so long (ms), it is looked whether it holds pages that it does not need. */
  quietMs: 30_000,
  /** Share of that time in which it may have worked. */
  quietShareMax: 0.02,
  /** Bytes (64 MiB) by which its heap must have grown since, so that giving pages back is worth a collection. */
  quietGrowthBytes: 64 * 1024 * 1024,
  /** Bytes of its heap (256 MiB) beyond which it keeps them: it stands still meanwhile, 170 ms with 55 MB that are in use, four times
   * as long if all of this is. */
  quietHeapBytesMax: 256 * 1024 * 1024,
  /** UTF-16 units of the frames that a task has in memory (64 Mi, or an eighth of the heap), about. */
  framesUnitsMax: 64 * 1024 * 1024,

  /** Entries of the view's cache: six or so for each of the tasks that may be live, else those read their records again and again.
   * At 200 to 350 bytes for a typical entry it holds 13 to 23 MB. */
  viewCacheEntriesMax: 65_536,
  /** UTF-16 units of the payloads in the view's cache (32 Mi), as a few values may have 4 MiB each. */
  viewCacheUnitsMax: 32 * 1024 * 1024,
  /** Keys of a namespace that are kept as they were built, of users, of tasks, of the bus each; below 16 MB in all. */
  builtKeysMax: 16_384,
  /** Keys of users that each live task knows: those of a loop, mostly. To compare them all takes as long as to build one. */
  keyMarksMax: 8,
  /** Damaged records that a namespace tells of one by one; `sxs doctor` finds the others. */
  damagesToldMax: 100,
  /** Entries that a scan fetches from the store at once: one hop to another thread costs as much as some 20 entries. */
  scanPageItems: 1000,
  /** Items that one `core/kv` scan may yield to a script. */
  scanItemsMax: 100_000,

  /** Commits that wait for the writer. At this many no segment starts until the writer has taken them. */
  writerCommitsMax: 1024,
  /** UTF-16 units of keys and payloads that wait for the writer (16 Mi); reached before the bound above by large values. As
   * many are being written meanwhile, and a value is in memory up to three times: itself, encoded, sealed. */
  writerUnitsMax: 16 * 1024 * 1024,

  /** UTF-8 bytes of an encoded local that stays inside its frame's record; larger ones are rewritten only when changed. */
  slotInlineBytesMax: 1024,
  /** After a sleep shorter than this, in ms, the task is still live: parking and waking would cost more. */
  parkGraceMs: 50,
  /** Tasks of a namespace that are live at once; further runnable ones wait in the store. A live one has a few KiB. */
  liveTasksMax: 10_000,
  /** Loop turns and recursive calls of one segment, well below a millisecond of work. */
  fuelPerSlice: 10_000,
  /** Checkpoints that one segment may pass, while it has spent and done at most an eighth of what it may: the steps between them take
   * some microseconds each. */
  checkpointsPassedMax: 16,
  /** Segments of a task that has only computed until its frames are saved, whatever they hold: some ten milliseconds of work,
   * which a crash may make it do again. */
  segmentsUnsavedMax: 256,
  /** Frames of such a task: of a deep recursion each segment adds thousands, which count against their bound when they are saved. */
  framesUnsavedMax: 1000,
  /** Segments that a namespace runs before the event loop gets its turn, where time says nothing: below a millisecond. */
  segmentsPerTurn: 256,
  /** Segments that a task runs in a row when it was admitted from the index of runnable tasks, as after a crash, within the time
   * below: to read it took as long as some of them, and thousands of others may drive it out of the cache until its next turn. */
  segmentsInRow: 16,
  /** Time in ms after which the event loop gets its turn: timers, the store's answers and requests from outside wait for no
   * more than this and one segment. A turn costs some microseconds. */
  turnMs: 1,
  /** Loop turns and recursive calls inside one `atomic`, which cannot be interrupted: some ten milliseconds of work. */
  atomicFuel: 1_000_000,
  /** Children of one `core/task/all`, `race` or `any`: they start in one segment. */
  childrenMax: 10_000,
  /** Children that are cancelled in one commit, when their form is closed. */
  childrenPerCommit: 1000,
  /** `core/task/limit`s inside each other. */
  taskLimitsMax: 100,
  /** What is deferred in the body of a `core/task/limit` that was exceeded may take so long (ms) … */
  limitGraceMs: 5000,
  /** … and so much fuel; then it is ended too, and the next has as much again. */
  limitGraceFuel: 1_000_000,
  /** Entries of a task's timeline; the oldest go first. */
  timelineEntriesMax: 32,
  /** Entries of it in the task's own record, which is written whenever the task waits or is woken; when there are more, all but
   * the newest go to a record of their own. */
  timelineRecentMax: 12,
  /** Frames, from the innermost on, that `core/task/inspect` yields. */
  inspectedFramesMax: 100,
  /** Tasks that are followed to say whether those that join each other stand in a circle. */
  joinsFollowedMax: 100,
  /** Tasks that are woken in one commit when the task that they join ends; the others follow in commits of their own. */
  joinersPerCommit: 1000,
  /** How long (ms) an ended task is kept, 7 days, unless its namespace says otherwise. */
  endedAgeMs: 7 * 24 * 60 * 60 * 1000,
  /** How many ended tasks are kept, unless their namespace says otherwise … */
  endedTasksMax: 10_000,
  /** … and how long (ms) each of them is kept however many there are, 1 hour: who started it may still want its result. */
  endedGraceMs: 60 * 60 * 1000,
  /** Keys that one commit of removing deletes, beyond those of its last task's frames. */
  removedKeysPerCommit: 1000,
  /** Tasks that move to new code in one commit; all move or none. */
  upgradeTasksMax: 100_000,
  /** UTF-16 units of what is written for that (64 Mi): they are in memory at once. */
  upgradeUnitsMax: 64 * 1024 * 1024,
  /** Arguments that `apply` takes from a list: JavaScript puts them all on its stack. */
  argumentsMax: 10_000,
  /** Connections of guests to the owner of a store; further ones are closed at once. Each may hold a request in memory. */
  guestsMax: 48,
  /** Of those so many may wait for what is still to come, such as lines of a log: room is left for short requests. */
  followersMax: 32,
  /** Bytes of one request (20 MiB): two of the largest values, each quote in them doubled, and a key. */
  guestRequestBytesMax: 20 * 1024 * 1024,
  /** Bytes of one answer (128 MiB). A larger one is refused: the owner would have it in memory several times. */
  guestAnswerBytesMax: 128 * 1024 * 1024,
  /** UTF-16 units from which on a page of entries is cut (4 Mi), and goes on with the next request. */
  guestPageUnits: 4 * 1024 * 1024,
  /** Tasks in one answer. */
  guestPageItems: 10_000,
  /** A guest that neither says nor takes anything for so long (ms) is sent away. */
  guestIdleMs: 30_000,
  /** While the owner works at a request it says so at this interval (ms) … */
  ownerBeatMs: 2_000,
  /** … and one that has said nothing for so long (ms) is stopped or hangs: its guest gives up. */
  ownerSilenceMs: 10_000,
  /** How long (ms) the one who finds a store in use waits for it, or for its owner to listen: commands that own a store for a
   * moment are over by then. */
  ownerWaitMs: 5_000,

  /** Events of a namespace that wait for a place of a subscription. Who publishes more waits for room: a queue that grows for
   * longer than this is one whose handlers are too slow. */
  queuedEventsMax: 1000,
  /** Events that one subscription handles side by side. */
  handlerPlaces: 4,
  /** How often an event is handled until it is a dead letter … */
  handlerAttempts: 4,
  /** … the pause in ms before the second attempt, which doubles with each further one … */
  handlerRetryMs: 100,
  /** … up to this. */
  handlerRetryMsMax: 30_000,
  /** Subscriptions of one topic: publishing looks at each of them. */
  topicSubscriptionsMax: 256,
  /** Subscriptions of one task or program, which end in one commit. */
  ownerSubscriptionsMax: 256,
  /** Tasks that await an event of one topic: publishing wakes them in one commit. */
  topicConsumersMax: 1000,
  /** Awaits inside each other in one task. */
  taskConsumersMax: 100,
  /** Dead letters of one subscription; the oldest go first. */
  deadLettersMax: 1000,
  /** Events that a subscription skips in one commit, as they are not of its type … */
  skippedEventsPerCommit: 1000,
  /** … and UTF-16 units of them (8 Mi): each is read. */
  skippedUnitsPerCommit: 8 * 1024 * 1024,
  /** Records of a subscription that has ended which one commit removes. */
  sweptRecordsPerCommit: 1000,
  /** Events beyond those that the queue should hold, from which on handlers may not publish more: one that ends at once never
   * waits for room. */
  queueOverflow: 10_000,
  /** Handlers of a subscription that go on without a place, as they wait for room in the event queue or have done so. */
  handlersBesideMax: 256,
  /** From a task that waits for room, so many that have started each other are asked whether they handle an event. */
  tasksAboveMax: 1000,
  /** Tasks that are woken in one commit when there is room in the event queue. */
  roomWakesPerCommit: 100,
  /** Processors of a namespace, each of which runs one task at a time. */
  processors: 4,
  /** Events that wait for one who watches a topic from outside; the oldest go first. */
  tappedEventsMax: 10_000,

  /** Spans, and log records, that wait for the collector of telemetry; at some 500 bytes for a typical one they hold 2 MB. */
  telemetryItemsMax: 4096,
  /** As many are in one request. */
  telemetryBatchItems: 512,
  /** Tasks whose stay in this process telemetry follows; of others it tells their end only. */
  telemetryTasksMax: 10_000,
  /** Pause (ms) after a request that has failed, which doubles with each … */
  telemetryPauseMs: 1000,
  /** … up to so long (ms). */
  telemetryPauseMsMax: 60_000,
  /** At its end a process waits so long (ms) for its telemetry to be taken. */
  telemetryFlushMs: 2000,

  /** Calls of JavaScript functions that a namespace has under way; the others wait in their order. */
  externCallsMax: 1000,
  /** Calls that wait for that in memory; further ones wait in the store. */
  externQueueMax: 10_000,
  /** Attempts of one call that end with their process: then it is taken for what ends the process, and given up. */
  externLostMax: 100,
  /** The longest pause in ms between two attempts, one hour, unless `backoff` is longer. */
  externPauseMsMax: 60 * 60 * 1000,
  /** UTF-16 units of the message of an attempt that has failed; a longer one is cut. */
  externMessageUnitsMax: 4096,
  /** Characters of an idempotency key: what the services that take one allow. */
  externKeyUnitsMax: 255,

  /** UTF-16 units of a text that `eval` compiles. */
  evalUnitsMax: 1024 * 1024
} as const
