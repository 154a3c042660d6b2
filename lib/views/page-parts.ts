import 'server-only'
import type { Clock } from '#lib/domain/headline.ts'
import { listOpenFindings, type StoredFinding } from '#lib/store/findings.ts'
import type { ViewContext } from './read-view.ts'
import type { SourceStatus } from './shared.ts'
import { loadSight, type Sight } from './source-statuses.ts'

/** What every page needs: what is seen of the sources, and what is held to be wrong. */
export interface PageParts {
  readonly sight: Sight
  /** Open findings, bad ones first. */
  readonly findings: readonly StoredFinding[]
  readonly clock: Clock
}

export async function loadPageParts(context: ViewContext): Promise<PageParts> {
  const [sight, findings] = await Promise.all([loadSight(context), listOpenFindings(context.tx)])
  return { sight, findings, clock: { nowMs: context.nowMs, timeZone: context.timeZone } }
}

/** The sources of queues: what pages about queues can and cannot see. */
export function queueSources(statuses: readonly SourceStatus[]): SourceStatus[] {
  return statuses.filter(({ id }) => QUEUE_SOURCES.has(id))
}

/** The sources of e-mails and of the people behind them. */
export function emailSources(statuses: readonly SourceStatus[]): SourceStatus[] {
  return statuses.filter(({ id }) => EMAIL_SOURCES.has(id))
}

const QUEUE_SOURCES = new Set(['sqs', 'cloudwatch-metrics', 'cloudwatch-alarms'])
const EMAIL_SOURCES = new Set(['email-outcomes', 'profiles'])

/** The first step of connecting one of the sources, in one line; null when all are connected. */
export function firstMissing(statuses: readonly SourceStatus[]): string | null {
  return statuses.find(({ state }) => state === 'not-configured')?.message ?? null
}
