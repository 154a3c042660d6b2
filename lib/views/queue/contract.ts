import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { HealOffer } from '#lib/views/heal-offers.ts'
import type { QueueInside } from '#lib/views/queue-inside.ts'
import type { RedriveRow } from '#lib/views/redrive-rows.ts'
import type { IncidentRow } from '#lib/views/incidents/contract.ts'
import type { QueueChanges } from './queue-changes.ts'
import type { QueueExpiry } from './queue-expiry.ts'
import type { ChartData, FindingRow, PageBase, QueueRow } from '#lib/views/shared.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

export interface AlarmRow {
  readonly name: string
  readonly state: 'ok' | 'alarm' | 'insufficient'
  readonly reason: string
  readonly sinceMs: number
  readonly hasAction: boolean
  readonly missingData: string
}

export interface QueuePage extends PageBase {
  readonly row: QueueRow
  readonly findings: readonly FindingRow[]
  /** Open incidents that it belongs to, also while nothing is found of it at the moment. */
  readonly incidents: readonly IncidentRow[]
  /** Facts from the inventory, in reading order; value null = SQS did not tell. */
  readonly facts: readonly { readonly label: string; readonly value: string | null; readonly note: string | null }[]
  /** What watches this queue, and what does not: a missing dead-letter queue or alarm is said here. */
  readonly watch: readonly { readonly label: string; readonly truth: 'ok' | 'bad' | 'unknown'; readonly note: string }[]
  readonly alarms: readonly AlarmRow[]
  /** Why the alarms are not known as they are now; null while they are read. */
  readonly alarmsUnknown: string | null
  /** When the oldest of what is stuck here, or in its dead-letter queue, expires; null where nothing is. */
  readonly expiry: QueueExpiry | null
  /** What else changed when what is wrong began; null while nothing is. */
  readonly changes: QueueChanges | null
  readonly depthChart: ChartData
  readonly flowChart: ChartData
  readonly ageChart: ChartData
  /** What can be moved: out of its dead-letter queue, or, where there is none and its parity is broken, out of itself. */
  readonly offers: readonly HealOffer[]
  /** What is known of the messages inside; null for a queue into which nobody may look. */
  readonly inside: QueueInside | null
  /** Redrives that took from it or gave to it, the newest first; at most 5. */
  readonly redrives: readonly RedriveRow[]
}

export const RANGES = ['1h', '6h', '24h', '7d', '30d', '90d'] as const

export const queueView = defineView<QueuePage>()({
  name: 'queue',
  audience: 'viewer',
  params: z.strictObject({ name: z.string().min(1).max(MOST_NAME_LETTERS), range: z.enum(RANGES).default('24h') }),
  topics: ['queues', 'findings', 'incidents', 'sources', 'marks', 'redrives', 'looks'],
})
