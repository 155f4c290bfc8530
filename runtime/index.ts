/** The runtime: what others and the command line may use. */

export { BundleRejected } from "./bundle/errors.ts"
export { DeadLetterNotFound, EventQueueFull, NoSuchTopic } from "./bus/errors.ts"
export type { BusEvent, DeadLetterView, NamespaceBus, SubscriptionView, Tap } from "./bus/outside.ts"
export type { BusOptions } from "./bus/ports.ts"
export { Fault, faultCodes } from "./errors.ts"
export type { Evaluator } from "./evaluator.ts"
export { limits } from "./limits.ts"
export { type Namespace, type NamespaceOptions, openNamespace, type TaskEnd } from "./namespace.ts"
export { type LevelOptions, layerLevel } from "./store/level.ts"
export { layerMemory } from "./store/memory.ts"
export { Store, StoreUnavailable } from "./store/store.ts"
export type { BegunCall, Called, CallOptions } from "./task/call.ts"
export type { TaskRejected } from "./task/damage.ts"
export { TaskAmbiguous, TaskEnded, TaskNotFound, TaskNotPaused, UpgradeRefused } from "./task/errors.ts"
export {
  absentModule,
  type FaultView,
  type FrameView,
  faultPlace,
  type Inspection,
  type TaskView
} from "./task/inspect.ts"
export type { Library, LibraryFunction } from "./task/intrinsics.ts"
export type { NamespaceKv } from "./task/kv-from-outside.ts"
export type { Upgrade, UpgradeOptions, UpgradePlace, UpgradePoint } from "./task/migration.ts"
export type { ExternAttempt, Measures, ObservedTask, Observer } from "./task/observer.ts"
export { defaultRetention, type RetentionOptions } from "./task/retention.ts"
export { type LogLine, Segment, SUSPENDED } from "./task/segment.ts"
export type { TaskState } from "./task/task.ts"
export type { LogRead, NumberedLine, ReadLogOptions } from "./task/task-log.ts"
export { decode, encode } from "./value/codec.ts"
export { equal, same } from "./value/equal.ts"
export { display, print } from "./value/print.ts"
export * from "./value/value.ts"
