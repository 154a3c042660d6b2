import type { Headline } from '#lib/domain/headline.ts'
import type { SourceSightState } from '#lib/domain/source-sight-state.ts'
import type { Truth } from '#lib/domain/truth.ts'

export type { Headline } from '#lib/domain/headline.ts'

/** What every page carries: the moment on the server's clock, the sentence, and what Spillway cannot see. */
export interface PageBase {
  readonly nowMs: number
  readonly headline: Headline
  /** Sources that are not read, do not answer or are not connected, worst first. */
  readonly blind: readonly SourceStatus[]
}

export interface SourceStatus {
  readonly id: string
  readonly title: string
  readonly state: SourceSightState
  /** Since when it is not seen, whoever is at fault; null otherwise. */
  readonly sinceMs: number | null
  readonly lastOkMs: number | null
  /** One sentence: the failure in plain words, the setting that is missing, or why Spillway does not read it. */
  readonly message: string | null
  /** What of it cannot be read while the rest answers, e.g. names of queues; empty when all of it answers, or nothing does. */
  readonly parts: readonly string[]
  readonly everySeconds: number
}

/** A channel in which people are told. */
export interface ChannelStatus {
  readonly id: string
  readonly title: string
  /** `failing`: messages are refused, or wait for longer than they should. */
  readonly state: 'ok' | 'failing' | 'not-configured'
  /** Messages that were not told yet. */
  readonly waiting: number
  /** Since when the oldest of them waits, epoch ms; null when none does. */
  readonly sinceMs: number | null
  /** One sentence: what waits and why, or the setting that is missing. */
  readonly message: string | null
}

/** An open finding as pages show it. */
export interface FindingRow {
  readonly id: number
  readonly detector: string
  readonly truth: Truth
  readonly title: string
  readonly sinceMs: number
  readonly openedMs: number
  /** Where to look: an address inside Spillway. */
  readonly href: string | null
  /** The incident to open from here, by name; null where it belongs to none, and on the incident's own page. */
  readonly incident: string | null
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>
}

/** A stretch drawn as a hatched hole, with its reason in words. */
export interface GapStretch {
  readonly fromMs: number
  /** Null while it lasts. */
  readonly toMs: number | null
  readonly reason: string
}

export interface MarkPoint {
  readonly atMs: number
  readonly kind: string
  readonly title: string
}

/** One line of a chart, downsampled to at most 300 points of [epoch ms, value]; a null value is a hole. */
export interface ChartSeries {
  readonly id: string
  readonly label: string
  readonly unit: string
  readonly points: readonly (readonly [number, number | null])[]
}

export interface ChartData {
  readonly fromMs: number
  readonly toMs: number
  readonly series: readonly ChartSeries[]
  readonly gaps: readonly GapStretch[]
  readonly marks: readonly MarkPoint[]
  /** Why history is shorter than the range, when it is: `This source keeps 14 days.` */
  readonly note: string | null
}

/** What lies in a queue's dead-letter queue. */
export interface DeadLetters {
  /** Name of the dead-letter queue. */
  readonly name: string
  /** Waiting or in flight: somebody who looks at a dead letter does not make it go away. Null = not known. */
  readonly letters: number | null
  /** Set where `letters` is only the last one known: since when it is not seen. */
  readonly unknownSinceMs: number | null
  readonly truth: Truth
}

/**
 * A queue in a table or in the flow. Counts in messages; null = not known, never zero. A row may be `bad` (a finding holds) while its
 * figures are only the last known ones: draw these by depthUnknownSinceMs and flowUnknownSinceMs.
 */
export interface QueueRow {
  readonly name: string
  readonly label: string
  readonly truth: Truth
  /** In two or three words, e.g. `0 processed`, `12 dead letters`, `quiet`, `not seen`. */
  readonly word: string
  readonly sinceMs: number | null
  readonly visible: number | null
  readonly inFlight: number | null
  readonly delayed: number | null
  /** When visible, inFlight and delayed were read; null when they never were. */
  readonly depthAsOfMs: number | null
  /** Set where the depth shown is only the last one known: since when it is not seen. Null while it is fresh (or was never read). */
  readonly depthUnknownSinceMs: number | null
  /** Messages of the last 60 minutes by CloudWatch; null where CloudWatch has no point of that time (idle queue, not connected). */
  readonly sent: number | null
  readonly deleted: number | null
  readonly received: number | null
  /** Start of the newest CloudWatch period behind sent, received and deleted. */
  readonly flowAsOfMs: number | null
  /** Set where these counts end before now because CloudWatch is not seen: since when. Null while it is fresh. */
  readonly flowUnknownSinceMs: number | null
  /** Age at the newest CloudWatch period; null where CloudWatch gives none (nothing waits, or nothing is known). */
  readonly oldestAgeSeconds: number | null
  readonly isFifo: boolean
  /** Service that it belongs to; null where neither settings nor tags tell. */
  readonly service: string | null
  /** Its dead-letter queue; null when it has none, which the page says. */
  readonly dlq: DeadLetters | null
  /** Names of the queues whose dead letters land here; empty for an ordinary queue. */
  readonly deadLetterOf: readonly string[]
  /** Last hour of depth for a sparkline, at most 60 values; null = hole. */
  readonly spark: readonly (number | null)[]
}
