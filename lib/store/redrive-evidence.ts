import 'server-only'
import { sql } from 'drizzle-orm'
import { minuteOf, sumFlow } from '#lib/domain/own-traffic.ts'
import type { CountedFlow } from '#lib/domain/redrive-fate.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Tx } from './db.ts'
import { atMoment } from './moments.ts'
import { listOwnTraffic } from './own-traffic.ts'
import { listPointsOfMany } from './samples.ts'

const MINUTE_MS = 60_000

/**
 * What SQS counted of a queue in whole minutes from the one of `firstMs` on, without Spillway's own deletes; null while CloudWatch has
 * told none of them. A minute of which it told only a part is left out.
 */
export async function readFlowSince(
  tx: Tx,
  query: { readonly queue: string; readonly firstMs: number; readonly nowMs: number; readonly wasQuiet: boolean },
): Promise<CountedFlow | null> {
  const { queue, firstMs, nowMs, wasQuiet } = query
  const range = { fromMs: minuteOf(firstMs) - MINUTE_MS, toMs: nowMs }
  const [sent, deleted] = [seriesOf.flow(queue, 'sent'), seriesOf.flow(queue, 'deleted')]
  const points = await listPointsOfMany(tx, { ...range, series: [sent, deleted], bucketSeconds: 60, fold: 'last' })
  const own = await listOwnTraffic(tx, { queue, ...range })
  const sends = new Map((points.get(sent) ?? []).map(({ atMs, value }) => [atMs, value]))
  const minutes = (points.get(deleted) ?? []).flatMap(({ atMs, value }) => {
    const sentThen = sends.get(atMs)
    return sentThen === undefined ? [] : [{ atMs, sent: sentThen, deleted: value }]
  })
  return sumFlow(minutes, new Map([...own].map(([atMs, counts]) => [atMs, counts.deleted])), { firstMs, wasQuiet })
}

/** How many onboarding e-mails to the person were accepted or delivered after the moment; counted up to 100. */
export async function countOutcomesAfter(tx: Tx, ref: string, afterMs: number): Promise<number> {
  const { rows } = await tx.execute(sql`
    select 1 from outcome where person_ref = ${ref} and is_onboarding and is_email and not is_test and not is_local_office
      and status in ('accepted', 'delivered') and order_at > ${atMoment(afterMs)} limit 100`)
  return rows.length
}

/** People of a redrive's messages. */
export interface RedrivePeople {
  /** People that its messages name, each once. */
  readonly named: number
  /** Messages whose person got an e-mail after the send; each e-mail speaks for one message. */
  readonly messagesWithOutcome: number
  /** Of the named people: those whose e-mail was accepted or delivered after the send. */
  readonly withEmail: number
  /** Of the named people: those with an onboarding e-mail that is failed as its latest state. */
  readonly without: number
}

export async function countRedrivePeople(tx: Tx, id: number): Promise<RedrivePeople> {
  const { rows } = await tx.execute<{ [K in keyof RedrivePeople]: number | string }>(sql`
    with message as (
      select m.person_ref as ref, count(*) as messages, min(m.sending_at) as since
      from redrive_message m
      where m.redrive = ${id}::bigint and m.person_ref is not null and m.state in ('sent', 'deleted') and m.came_back_at is null
      group by m.person_ref
    ), person as (
      select ref, messages, (
        select count(*) from outcome o where o.person_ref = message.ref and o.is_onboarding and o.is_email and not o.is_local_office
          and o.status in ('accepted', 'delivered') and o.order_at > message.since
      ) as mails
      from message
    )
    select (select count(*) from person) as named,
      (select coalesce(sum(least(messages, mails)), 0) from person) as "messagesWithOutcome",
      (select count(*) from person where mails > 0) as "withEmail",
      (select count(*) from person p where exists (
        select 1 from outcome o where o.person_ref = p.ref and o.is_onboarding and o.is_email and not o.is_test
          and not o.is_local_office and o.status = 'failed'
      )) as without`)
  const [row] = rows
  const of = (key: keyof RedrivePeople): number => Number(row?.[key] ?? 0)
  return {
    named: of('named'),
    messagesWithOutcome: of('messagesWithOutcome'),
    withEmail: of('withEmail'),
    without: of('without'),
  }
}
