import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'

/** By body (its MD5): from how many redrives of the queue a message with that body came back. Bodies that never did are left out. */
export async function countReturns(
  tx: Tx,
  sourceQueue: string,
  bodyMd5s: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (bodyMd5s.length === 0) return new Map()
  const { rows } = await tx.execute<{ body: string; returns: number | string }>(sql`
    select body_md5 as body, count(distinct redrive) as returns from redrive_message
    where source_queue = ${sourceQueue} and came_back_at is not null and body_md5 = any(${jsonTexts(bodyMd5s)})
    group by body_md5`)
  return new Map(rows.map(({ body, returns }) => [body, Number(returns)]))
}

/** What came back of one group by cause. */
export interface GroupReturns {
  /** Redrives that brought some of it back. */
  readonly redrives: number
  /** Messages that came back, over all of them. */
  readonly messages: number
}

/** By fingerprint: what redrives of the queue brought back of messages that were found in the group, or that stood in it when they came back. */
export async function countGroupReturns(
  tx: Tx,
  sourceQueue: string,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, GroupReturns>> {
  if (fingerprints.length === 0) return new Map()
  const { rows } = await tx.execute<{ print: string; redrives: number | string; messages: number | string }>(sql`
    with returned as (
      select redrive, message_id, fingerprint, back_fingerprint from redrive_message
      where source_queue = ${sourceQueue} and came_back_at is not null and back_fingerprint is not null
    ), seen as (
      select fingerprint as print, redrive, message_id from returned where fingerprint is not null
      union select back_fingerprint, redrive, message_id from returned
    )
    select print, count(distinct redrive) as redrives, count(*) as messages from seen
    where print = any(${jsonTexts(fingerprints)}) group by print`)
  return new Map(
    rows.map(({ print, redrives, messages }) => [print, { redrives: Number(redrives), messages: Number(messages) }]),
  )
}
