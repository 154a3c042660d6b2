import { z } from 'zod'
import type { MaskedMessage } from '#lib/domain/message-shape.ts'
import type {
  DestinationKind,
  LedgerState,
  MessageFate,
  RedriveMode,
  RedriveState,
  RedriveWay,
} from '#lib/domain/redrive.ts'
import type { MissedMessages } from '#lib/domain/redrive-missed.ts'
import type { PreflightCheck } from '#lib/domain/redrive-preflight.ts'
import type { StoryLine } from '#lib/domain/redrive-story.ts'
import type { RedriveSelection } from '#lib/domain/redrive-selection.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'
import type { Truth } from '#lib/domain/truth.ts'
import { defineView } from '#lib/views/define-view.ts'
import type { NamedQueue } from '#lib/views/redrive-rows.ts'
import type { PageBase } from '#lib/views/shared.ts'

/** A real message as it lies there and as it would be sent; `after` is null where it cannot be changed as planned. */
export interface ShownSample {
  readonly before: MaskedMessage
  readonly after: MaskedMessage | null
  readonly problem: string | null
}

/** The first messages, which decide together whether the rest follows. */
export interface RedriveCanary {
  /** Those that are furthest behind first. */
  readonly messages: readonly {
    readonly messageId: string
    readonly state: LedgerState
    /** When it was sent; null before. */
    readonly sentMs: number | null
    readonly hasComeBack: boolean
  }[]
  /** Of all of them. */
  readonly fate: MessageFate
  /** How many of them are proven to be consumed. */
  readonly consumed: number
  /** The evidence of their fate in one sentence; null while there is none. */
  readonly evidence: string | null
}

/** Messages of a redrive. Each is counted once in `waiting`, `halfWay`, `moved` or `refused`. */
export interface RedriveCounts {
  /** Picked up and not sent; once it is over, for good. */
  readonly waiting: number
  /** Their send was begun, and its end is not known. */
  readonly halfWay: number
  readonly moved: number
  /** Of how many, and of how many nobody knows that they are deleted from where they were; null where there is nothing to say. */
  readonly movedHow: string | null
  readonly refused: number
  /** Of those moved, as far as it is proven. */
  readonly consumed: number
  readonly cameBack: number
  /** `with the same cause`; null where that is not known. */
  readonly cameBackHow: string | null
  readonly unknown: number
  /** Sent again although SQS may have taken them before. */
  readonly possibleDuplicates: number
}

/** A message that a person may want to look after. */
export interface LedgerNote {
  readonly messageId: string
  readonly state: LedgerState
  readonly readMs: number
  readonly isPossibleDuplicate: boolean
  readonly cameBackMs: number | null
  /** It rests where it may stand in both queues: why, and what becomes of it; null where it does not. */
  readonly halfWay: string | null
  /** Why it was left in its queue; null where it was not. */
  readonly problem: string | null
}

/** Whether a plan needs a second person; null where the settings ask for none. */
export interface RedriveApproval {
  /** Why a second person is asked. */
  readonly words: string
  /** Who approved it and when; null while nobody has. */
  readonly given: { readonly by: string; readonly atMs: number } | null
}

export interface RedrivePage extends PageBase {
  readonly id: number
  /** `R-12`. */
  readonly name: string
  readonly state: RedriveState
  /** Words of its state. */
  readonly stateWords: string
  readonly truth: Truth
  readonly mode: RedriveMode
  readonly source: NamedQueue
  readonly destination: NamedQueue
  readonly incident: { readonly name: string; readonly title: string; readonly href: string } | null
  readonly destinationKind: DestinationKind
  readonly way: RedriveWay
  readonly selection: Omit<RedriveSelection, 'messageIds'> & { readonly listed: number | null }
  /** How firmly the selection is frozen. */
  readonly frozen: string
  readonly transform: RedriveTransform
  readonly canaryMessages: number
  /** Why, in the words of the one who planned it; null where nobody said. */
  readonly purpose: string | null
  /** Most messages that it moves; null for all that were there when it started. */
  readonly mostMessages: number | null
  readonly perSecond: number
  /** Messages a second with which it begins after the first ones; null where it goes as fast as asked from then on. */
  readonly rampFrom: number | null
  /** How long it takes from its start on, as far as that can be foreseen; null once it is started. */
  readonly takesWords: string | null
  /** How fast it goes while it is slower than asked; null otherwise. */
  readonly paceWords: string | null
  /** It stopped by itself and a person may let it go on. */
  readonly isResumable: boolean
  /** What happened to it on its way, oldest first; at most the latest 100. */
  readonly story: readonly StoryLine[]
  readonly holdSeconds: number
  /** About how many messages there were at the plan; null where SQS did not tell. */
  readonly aboutMessages: number | null
  /** Real messages before and after, every value masked. */
  readonly samples: readonly ShownSample[]
  /** What there is to say of SQS's own move task while it runs; null where its state says it all, and without one. */
  readonly taskWords: string | null
  /** What is looked at before it starts; empty from the start on. */
  readonly preflight: readonly PreflightCheck[]
  readonly approval: RedriveApproval | null
  /** The name of the source queue has to be typed to start it. */
  readonly isTyped: boolean
  readonly reason: string | null
  /** What keeps it from going on at the moment; null while nothing does. */
  readonly trouble: string | null
  readonly plannedBy: string
  readonly plannedMs: number
  readonly startedBy: string | null
  readonly startedMs: number | null
  readonly movedMs: number | null
  /** Until when it looks for evidence of what became of its messages; null before all are moved and after its end. */
  readonly verifyUntilMs: number | null
  readonly endedMs: number | null
  /** A person's name, or `spillway`. */
  readonly endedBy: string | null
  readonly canary: RedriveCanary | null
  readonly counts: RedriveCounts
  /** What of its list it did not move, in words and one by one; null where nothing was missed. */
  readonly missed: { readonly words: string; readonly messages: MissedMessages['messages'] } | null
  /** People whom its messages name, and how many of them got an e-mail after the send. */
  readonly people: { readonly named: number; readonly withEmail: number; readonly without: number }
  /** Messages that were refused, came back, may be doubled or rest half way, latest first; at most 50. */
  readonly notes: readonly LedgerNote[]
}

export const redriveView = defineView<RedrivePage>()({
  name: 'redrive',
  audience: 'viewer',
  params: z.strictObject({ name: z.string().regex(/^r-[1-9]\d{0,14}$/i, 'is not the name of a redrive such as R-12') }),
  topics: ['redrives', 'sources', 'emails', 'queues'],
})
