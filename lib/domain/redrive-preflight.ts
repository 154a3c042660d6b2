import type { MessageOrigins } from './redrive-origins.ts'
import type { GroupReturned } from './redrive-returns.ts'
import type { DestinationKind, RedriveMode, RedriveWay } from './redrive.ts'

/**
 * `fine`; `warns`: a person should know; `asks`: it starts only once a person has accepted it; `blocks`: it cannot start; `unknown`: nothing
 * could tell, which is never taken for fine.
 */
export const CHECK_STATES = ['fine', 'warns', 'asks', 'blocks', 'unknown'] as const
export type CheckState = (typeof CHECK_STATES)[number]

export const CHECK_STATE_WORDS: Readonly<Record<CheckState, string>> = {
  fine: 'fine',
  warns: 'mind this',
  asks: 'accept it first',
  blocks: 'in the way',
  unknown: 'not known',
}

/** What is checked, in the order in which it is shown. */
export const CHECK_IDS = [
  'running',
  'kind',
  'origins',
  'held',
  'consumer',
  'errors',
  'alarms',
  'changes',
  'size',
  'attributes',
  'keys',
  'returns',
  'pointers',
] as const
export type CheckId = (typeof CHECK_IDS)[number]

export interface PreflightCheck {
  readonly id: CheckId
  readonly title: string
  readonly state: CheckState
  /** The reason of the state, and the way out of one that is not fine. */
  readonly text: string
}

/** What the messages that the plan read told. Sizes in bytes, body and attributes together, as they would be sent. */
export interface PreflightMessages {
  /** Messages that were read and selected. */
  readonly of: number
  /** Messages read and selected that stay where they are, because somebody holds their group; not among the others. Missing in older plans. */
  readonly held?: number
  /** Of those, the ones that cannot be changed as planned. */
  readonly unchangeable: number
  readonly smallestBytes: number
  readonly largestBytes: number
  /** Of the one that carries the most, and of the one that carries the least. */
  readonly mostAttributes: number
  readonly leastAttributes: number
  /** Bodies that only point to an object in S3 (SQS extended client) ... */
  readonly pointers: number
  /** ... and of those, the ones that would lose the attribute that says so. */
  readonly loosePointers: number
  /** Messages that redrives of this queue brought back before ... */
  readonly returned: number
  /** ... and how often the worst of them. */
  readonly mostReturns: number
  /** Null where no group of theirs came back before; missing in older plans. */
  readonly groupReturns?: GroupReturned | null
  /** Where they came from; missing in older plans. */
  readonly origins?: MessageOrigins
}

/** What SQS told of the queues themselves. */
export interface PreflightQueues {
  /** Largest message that the destination takes, bytes; null where SQS did not tell. */
  readonly maximumBytes: number | null
  /** Whether SQS moves messages out of the queue by a task of its own; null where SQS did not tell. */
  readonly hasMoveTask: boolean | null
  /** Why something of it is not known, in a sentence; null where all is. */
  readonly problem: string | null
}

/** Messages of the destination in the last `minutes`. */
export interface RecentTraffic {
  readonly minutes: number
  /** Sent by others than Spillway. */
  readonly fresh: number
  /** Re-sent by Spillway. */
  readonly resent: number
  /** Processed by the consumer. */
  readonly processed: number
}

/** What the store knows at this moment. */
export interface PreflightNow {
  /** Words of the redrive that has the source queue; null when none has. */
  readonly otherRedrive: string | null
  /** Groups of the source queue's messages that are held, by their names, each with who holds it. */
  readonly heldGroups: readonly { readonly name: string; readonly by: string }[]
  /** What the destination's consumer did lately; null where nothing tells. */
  readonly recent: RecentTraffic | null
  /** What is found wrong with the destination’s consumer. */
  readonly consumerFindings: readonly string[]
  /** The service that reads the destination; null where the settings name none. */
  readonly service: string | null
  /** What is found wrong with that service’s errors. */
  readonly errorFindings: readonly string[]
  /** Ids of the sources that do not answer, or never did: what they would tell is not known. */
  readonly blind: readonly string[]
  /** Alarms on the two queues, and the names of those that are in alarm. */
  readonly alarms: number
  readonly alarmed: readonly string[]
  readonly isSourceFifo: boolean
  readonly isDestinationFifo: boolean
  readonly sourceKey: string | null
  readonly destinationKey: string | null
}

/** What of the plan itself decides. */
export interface PreflightPlan {
  readonly mode: RedriveMode
  readonly way: RedriveWay
  readonly destinationKind: DestinationKind
  /** Labels of the queues. */
  readonly source: string
  readonly destination: string
  readonly acceptsInterleaving: boolean
  /** It names the very group, or its messages one by one: a hold does not keep them. */
  readonly takesHeld: boolean
}

export interface PreflightFacts {
  readonly plan: PreflightPlan
  /** Null for plans from before it was looked at. */
  readonly messages: PreflightMessages | null
  readonly queues: PreflightQueues | null
  readonly now: PreflightNow
}
