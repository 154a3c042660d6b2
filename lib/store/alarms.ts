import 'server-only'
import { asc, sql } from 'drizzle-orm'
import type { Alarm } from '#lib/domain/alarm.ts'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'
import { momentOf, msOf } from './moments.ts'
import { alarm } from './schema.ts'

/** An alarm with the moment of the reading that told it. */
export type StoredAlarm = Alarm & { readonly readAtMs: number }

/** Makes the stored alarms exactly these: the reading is always of all alarms but those named `unread`, which stay as they were. */
export async function replaceAlarms(
  tx: Tx,
  alarms: readonly Alarm[],
  atMs: number,
  unread: readonly string[] = [],
): Promise<void> {
  const readAt = momentOf(atMs)
  await tx.delete(alarm).where(sql`${alarm.name} <> all(${jsonTexts(unread)})`)
  const rows = [...new Map(alarms.map((each) => [each.name, each])).values()].filter(
    ({ name }) => !unread.includes(name),
  )
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT)
    await tx.insert(alarm).values(
      rows.slice(start, start + ROWS_A_STATEMENT).map(({ stateSinceMs, ...each }) => ({
        ...each,
        stateSince: momentOf(stateSinceMs),
        readAt,
      })),
    )
}

/** All alarms of the last reading, by name. */
export async function listAlarms(tx: Tx): Promise<StoredAlarm[]> {
  const rows = await tx.select().from(alarm).orderBy(asc(alarm.name))
  return rows.map(({ stateSince, readAt, state, missingData, ...row }) => ({
    ...row,
    state: ALARM_STATES.find((each) => each === state) ?? 'insufficient',
    missingData: MISSING_DATA.find((each) => each === missingData) ?? 'missing',
    stateSinceMs: msOf(stateSince),
    readAtMs: msOf(readAt),
  }))
}

const ROWS_A_STATEMENT = 1_000
const ALARM_STATES = ['ok', 'alarm', 'insufficient'] as const
const MISSING_DATA = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
