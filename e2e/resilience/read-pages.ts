import type { APIRequestContext } from '@playwright/test'
import { readView } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import type { EmailStage, Overview, QueuePage, QueueRow, ServiceStage, SourceStatus } from '#e2e/view-types.ts'

export function readOverview(session: APIRequestContext): Promise<Overview> {
  return readView<Overview>(session, 'overview')
}

export function readQueue(session: APIRequestContext, name: string, range = '1h'): Promise<QueuePage> {
  return readView<QueuePage>(session, 'queue', { name, range })
}

export function sourceOf({ sources }: Overview, id: string): SourceStatus {
  const found = sources.find((source) => source.id === id)
  if (found === undefined) throw new Error(`The overview tells nothing of the source ${id}.`)
  return found
}

export function rowOf({ flow }: Overview, name: string): QueueRow {
  const found = flow.flatMap((stage) => (stage.kind === 'queue' && stage.row.name === name ? [stage.row] : []))[0]
  if (found === undefined) throw new Error(`The flow has no queue ${name}.`)
  return found
}

export function emailsOf({ flow }: Overview): EmailStage {
  const found = flow.flatMap((stage) => (stage.kind === 'emails' ? [stage] : []))[0]
  if (found === undefined) throw new Error('The flow does not end in e-mails.')
  return found
}

export function serviceOf({ flow }: Overview, name: string): ServiceStage {
  const found = flow.flatMap((stage) => (stage.kind === 'service' && stage.name === name ? [stage] : []))[0]
  if (found === undefined) throw new Error(`The flow has no service ${name}.`)
  return found
}

/** Waits until every source answers, and gives the overview that says so. */
export function untilAllSeen(session: APIRequestContext, withinMs = 60_000): Promise<Overview> {
  return until(
    'every source to answer',
    async () => {
      const overview = await readOverview(session)
      const unseen = overview.sources.filter(({ state }) => state !== 'ok')
      if (unseen.length === 0) return overview
      throw new Error(unseen.map(({ id, state, message }) => `${id} ${state}: ${message ?? ''}`).join('; '))
    },
    withinMs,
    250,
  )
}
