import 'server-only'
import { sql } from 'drizzle-orm'
import type { OutcomeStatus } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'
import { epochMs } from './moments.ts'
import { statusOf } from './outcome-row.ts'

/** An e-mail to a person as it stands. Moments in epoch ms. */
export interface PersonMail {
  readonly id: string
  readonly status: OutcomeStatus
  readonly reason: string
  readonly rawDetail: string | null
  readonly notificationType: string | null
  readonly isOnboarding: boolean
  readonly isLocalOffice: boolean
  readonly localOffice: string | null
  readonly domain: string | null
  readonly atMs: number
  /** While scheduled: when it is planned for. */
  readonly sentMs: number | null
}

/** What happened to one of the e-mails. */
export interface PersonMailEvent {
  readonly id: string
  readonly atMs: number
  readonly status: OutcomeStatus
  readonly reason: string
  readonly rawStatus: string
  readonly rawDetail: string | null
  /** Learnt of the past: by an import or a backfill. */
  readonly isBackfill: boolean
}

/** A re-sync that asked for their data, or is about to. */
export interface PersonAsked {
  readonly resync: number
  readonly state: string
  readonly atMs: number | null
  readonly by: string
  readonly problem: string | null
}

/** A message about them that a redrive moved. */
export interface PersonMoved {
  readonly redrive: number
  readonly state: string
  readonly atMs: number
  readonly cameBackMs: number | null
}

export interface PersonRecord {
  readonly profileMs: number | null
  /** What the source last said of their e-mail address; null while it said nothing. */
  readonly address: { readonly hasAddress: boolean; readonly toldMs: number } | null
  /** Newest first; at most 50. */
  readonly mails: readonly PersonMail[]
  /** Of these e-mails, newest first; at most 500. */
  readonly events: readonly PersonMailEvent[]
  readonly asked: readonly PersonAsked[]
  readonly moved: readonly PersonMoved[]
  /** Numbers of the incidents that affected them. */
  readonly incidents: readonly number[]
}

/** All that is known of a person; null where nothing is. */
export async function findPersonRecord(tx: Tx, ref: string): Promise<PersonRecord | null> {
  const [profile, address, mails, asked, moved, incidents] = [
    (
      await tx.execute<{ atMs: number }>(
        sql`select ${epochMs(sql`created_at`)} as "atMs" from profile where ref = ${ref}`,
      )
    ).rows[0],
    (
      await tx.execute<{ hasAddress: boolean; toldMs: number }>(
        sql`select has_address as "hasAddress", ${epochMs(sql`told_at`)} as "toldMs" from source_address where ref = ${ref}`,
      )
    ).rows[0],
    await listMails(tx, ref),
    await listAsked(tx, ref),
    await listMoved(tx, ref),
    (
      await tx.execute<{ incident: number }>(
        sql`select incident from incident_person where ref = ${ref} order by incident desc`,
      )
    ).rows,
  ]
  if (profile === undefined && mails.length === 0 && asked.length === 0 && moved.length === 0) return null
  return {
    profileMs: profile?.atMs ?? null,
    address: address ?? null,
    mails,
    events: await listEvents(tx, mails),
    asked,
    moved,
    incidents: incidents.map(({ incident }) => incident),
  }
}

async function listMails(tx: Tx, ref: string): Promise<PersonMail[]> {
  const { rows } = await tx.execute<{ [K in keyof PersonMail]: PersonMail[K] }>(sql`
    select id, status, reason, raw_detail as "rawDetail", notification_type as "notificationType",
      coalesce(is_onboarding, false) as "isOnboarding", coalesce(is_local_office, false) as "isLocalOffice",
      local_office as "localOffice", contact_domain as domain, ${epochMs(sql`order_at`)} as "atMs", ${epochMs(sql`sent_at`)} as "sentMs"
    from outcome where person_ref = ${ref} and is_email is not false and status <> 'deleted'
    order by order_at desc, id limit 50`)
  return rows.map((row) => ({ ...row, status: statusOf(row.status) }))
}

async function listEvents(tx: Tx, mails: readonly PersonMail[]): Promise<PersonMailEvent[]> {
  if (mails.length === 0) return []
  const { rows } = await tx.execute<{ [K in keyof PersonMailEvent]: PersonMailEvent[K] }>(sql`
    select notification_id as id, ${epochMs(sql`at`)} as "atMs", status, reason, raw_status as "rawStatus",
      raw_detail as "rawDetail", is_backfill as "isBackfill"
    from outcome_event where notification_id = any(${jsonTexts(mails.map(({ id }) => id))})
    order by at desc, event_key desc limit 500`)
  return rows.map((row) => ({ ...row, status: statusOf(row.status) }))
}

async function listAsked(tx: Tx, ref: string): Promise<PersonAsked[]> {
  const { rows } = await tx.execute<{ [K in keyof PersonAsked]: PersonAsked[K] }>(sql`
    select resync, item.state, ${epochMs(sql`coalesce(item.sent_at, item.sending_at)`)} as "atMs", started_by as by, problem
    from resync_item as item join resync on resync.id = item.resync
    where item.ref = ${ref} and resync.state <> 'planned' order by resync desc limit 50`)
  return rows
}

async function listMoved(tx: Tx, ref: string): Promise<PersonMoved[]> {
  const { rows } = await tx.execute<{ [K in keyof PersonMoved]: PersonMoved[K] }>(sql`
    select redrive, state, ${epochMs(sql`coalesce(sent_at, read_at)`)} as "atMs", ${epochMs(sql`came_back_at`)} as "cameBackMs"
    from redrive_message where person_ref = ${ref} order by redrive desc, read_at desc limit 50`)
  return rows
}
