import { z } from 'zod'
import type { Truth } from '#lib/domain/truth.ts'
import { defineView } from '#lib/views/define-view.ts'
import type { IncidentRow } from '#lib/views/incidents/contract.ts'
import type { ChartData, FindingRow, PageBase, QueueRow, SourceStatus } from '#lib/views/shared.ts'

/** A service between two queues, judged by Sentry: `errors` in the last hour (null = not known) against a usual hour of the week before. */
export interface ServiceStage {
  readonly kind: 'service'
  readonly name: string
  readonly truth: Truth
  readonly word: string
  readonly sinceMs: number | null
  readonly errors: number | null
  readonly asOfMs: number | null
  /** Set where `errors` is only the last count known: since when Sentry is not seen. */
  readonly unknownSinceMs: number | null
  /** False where the settings name no Sentry project for it. */
  readonly isWatched: boolean
}

/** A queue of the flow: `in` and `out` are messages sent and processed in the window of `windowMinutes`. */
export interface QueueStage {
  readonly kind: 'queue'
  readonly row: QueueRow
  readonly windowMinutes: number
  /** The leak in words where parity is broken: `6 sent, 0 processed`. Null otherwise. */
  readonly leak: string | null
  readonly leakSinceMs: number | null
}

export interface EmailStage {
  readonly kind: 'emails'
  readonly label: string
  readonly truth: Truth
  readonly word: string
  readonly sinceMs: number | null
  /** Onboarding e-mails whose last change lies in the last 24 hours, by what they are now; null while no outcome is known. */
  readonly delivered: number | null
  readonly accepted: number | null
  readonly failed: number | null
  readonly asOfMs: number | null
  /** Set where the counts are only the last ones known: since when outcomes are not seen. */
  readonly unknownSinceMs: number | null
  /** True while a finding says that e-mails fail more than usual. */
  readonly isFailing: boolean
}

/** People by the definition of "without"; null where the source behind a figure is not connected. */
export interface PeopleWithout {
  readonly named: number | null
  readonly byFailure: number | null
  readonly byOverdue: number | null
  readonly byNoNotification: number | null
  /** Profiles that can be counted but not named: null where they are named, or there is nothing to count. */
  readonly countable: number | null
  readonly sinceMs: number | null
}

export interface Overview extends PageBase {
  readonly people: PeopleWithout
  /** Incidents that are open, the longest first. */
  readonly incidents: readonly IncidentRow[]
  /** Services whose errors belong to an open incident, which stands for them. */
  readonly toldServices: readonly string[]
  /** Open findings that no open incident accounts for. */
  readonly findings: readonly FindingRow[]
  readonly flow: readonly (QueueStage | ServiceStage | EmailStage)[]
  /**
   * Queues outside the flow that need a look (all, where no flow is configured), worst first, at most 20; `otherQueues` counts those
   * left out, `unseenQueues` those of which nothing is known because none is read.
   */
  readonly queues: readonly QueueRow[]
  readonly queueCount: number
  readonly otherQueues: number
  readonly unseenQueues: { readonly count: number; readonly sinceMs: number } | null
  /** E-mail outcomes by hour over the last 24 hours: delivered, failed. */
  readonly emailChart: ChartData
  readonly sources: readonly SourceStatus[]
}

export const overviewView = defineView<Overview>()({
  name: 'overview',
  audience: 'viewer',
  params: z.strictObject({}),
  topics: ['queues', 'emails', 'findings', 'incidents', 'sources', 'marks'],
})
