import 'server-only'
import { redrivesHeadline } from '#lib/domain/redrives-headline.ts'
import { listRedrives } from '#lib/store/redrives.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { loadRedriveRows, nameQueue } from '#lib/views/redrive-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import { redrivesView, type Redrives } from './contract.ts'

const PAGE = 50

/** All redrives there ever were, a page at a time. */
export async function loadRedrives(
  { queue, before }: ParamsOf<typeof redrivesView>,
  context: ViewContext,
): Promise<Redrives> {
  const { tx, nowMs } = context
  const [sight, found] = await Promise.all([
    loadSight(context),
    listRedrives(tx, {
      limit: PAGE + 1,
      ...(queue === undefined ? {} : { queue }),
      ...(before === undefined ? {} : { before }),
    }),
  ])
  const runs = found.slice(0, PAGE)
  const rows = await loadRedriveRows(runs, context)
  const redrives = rows.flatMap((row, at) => {
    const run = runs[at]
    if (run === undefined) return []
    const { plannedBy, approvedBy, startedBy, purpose, endedMs } = run
    return [{ ...row, plannedBy, approvedBy, startedBy, purpose, endedMs }]
  })
  return {
    nowMs,
    headline: redrivesHeadline(rows, queue === undefined ? null : nameQueue(queue, context).label),
    blind: blindOf(sight.statuses),
    queue: queue ?? null,
    redrives,
    olderBefore: found.length > PAGE ? (runs.at(-1)?.id ?? null) : null,
  }
}

export const redrivesQuery = readView(redrivesView, loadRedrives)
