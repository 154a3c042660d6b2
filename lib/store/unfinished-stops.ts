import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentText } from './moments.ts'

/** A message is met again when its hold runs out; held once more by somebody, when that does ... */
const HOLDS = 2
/** ... and so long SQS is asked for it then ... */
const LEAST_SECONDS = 120
/** ... but where holds are long, it is left to the next redrive. */
const MOST_SECONDS = 900

/** For how long messages are looked for that were sent and are not known to be deleted, once nothing more is sent. */
export function lookMs(holdSeconds: number): number {
  return Math.min(HOLDS * holdSeconds + LEAST_SECONDS, MOST_SECONDS) * 1000
}

/** Ids of redrives that were stopped a while ago at most, and sent messages of which nobody knows that they are deleted. */
export async function listUnfinishedStops(tx: Tx, nowMs: number): Promise<number[]> {
  const { rows } = await tx.execute<{ readonly id: number | string }>(sql`
    select id from redrive r
    where state = 'stopped' and way = 'ledger'
      and ended_at + make_interval(secs => least(${HOLDS}::integer * hold_seconds + ${LEAST_SECONDS}::integer, ${MOST_SECONDS}::integer)) > ${momentText(nowMs)}::timestamptz
      and exists (select from redrive_message m where m.redrive = r.id and m.state = 'sent')
    order by id`)
  return rows.map(({ id }) => Number(id))
}
