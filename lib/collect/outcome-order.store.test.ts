import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { recoveryOf } from '#lib/domain/recovery.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import type { Db } from '#lib/store/db.ts'
import { listOutcomesAfter } from '#lib/store/read-outcomes.ts'
import { readRecovery } from '#lib/store/read-recovery.ts'
import { outcomeHistory } from '#lib/testing/outcome-histories.ts'
import { randomOf } from '#lib/testing/random.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyReadings } from './apply-readings.ts'

const HISTORIES = 150
const ORDERS = 3

const histories = Array.from({ length: HISTORIES }, (_, seed) => outcomeHistory(seed))
const told: OutcomeEvent[] = histories.flatMap(({ messages, sentMeans }) =>
  messages.map((message) => {
    const parsing = { sentMeans, onboardingTypes: ['PROGRAMME_CREATED'], observedAtMs: Date.UTC(2026, 10, 22) }
    const parsed = parseOutcomeMessage(message, parsing)
    if (parsed.kind === 'unreadable') throw new Error(parsed.unreadable.reason)
    return parsed.event
  }),
)

async function tell(db: Db, events: readonly OutcomeEvent[]): Promise<void> {
  const context = {
    source: 'email-outcomes',
    atMs: Date.UTC(2026, 10, 22),
    settings: settingsSchema.parse({}),
    secret: undefined,
    detectors: [],
  }
  await db.transaction((tx) => applyReadings(tx, [{ kind: 'outcomes', events, isBackfill: false }], context))
}

/** All that is true and counted. */
async function contentOf(db: Db): Promise<unknown> {
  const outcomes = await db.orm.execute(sql`select to_jsonb(o) - 'updated_at' as row from outcome o order by id`)
  const rollups = await db.orm.execute(sql`select * from outcome_rollup where count <> 0 order by 1, 2, 3, 4, 5, 6, 7`)
  const events = await db.orm.execute(sql`select event_key, at, notification_id, status, reason, raw_status, raw_detail
    from outcome_event order by 1, 2`)
  return { outcomes: outcomes.rows, rollups: rollups.rows, events: events.rows }
}

describeStores('histories of notifications', ({ db }) => {
  test('end in the same rows in every order, with duplicates and in batches of any size, and where they truly ended', async () => {
    await tell(db(), told)
    const expected = await contentOf(db())
    const rows = new Map((await listOutcomesAfter(db().orm, null, HISTORIES)).map((row) => [row.id, row]))
    for (const { id, truth } of histories)
      expect(rows.get(id)).toMatchObject({ status: truth.status, reason: truth.reason })
    for (let order = 0; order < ORDERS; order += 1) {
      await db().orm.execute(sql`truncate outcome, outcome_event, outcome_rollup`)
      const random = randomOf(order)
      const rest = random.shuffle([...told, ...told.filter(() => random.chance(0.3))])
      while (rest.length > 0) await tell(db(), rest.splice(0, random.between(20, 400)))
      expect(await contentOf(db())).toStrictEqual(expected)
    }
  })

  test('took so long to recover, as each tells by its events', async () => {
    await tell(db(), told)
    await db().orm.execute(sql`update outcome set is_test = false, is_email = true, is_onboarding = true`)
    const tookMs: number[] = []
    for (const { id, truth } of histories) {
      const events = told
        .filter(({ notificationId }) => notificationId === id)
        .map(({ status, order }) => ({ status, atMs: order.atMs }))
      const recovery = recoveryOf(truth.status, events)
      if (recovery !== null) tookMs.push(recovery.recoveredMs - recovery.failedMs)
    }
    expect(tookMs.length).toBeGreaterThan(HISTORIES / 10)
    const rising = tookMs.toSorted((a, b) => a - b)
    const middle = [rising[Math.floor((rising.length - 1) / 2)], rising[Math.ceil((rising.length - 1) / 2)]]
    const { recovered, medianMs } = await readRecovery(db().orm, { fromMs: 0, toMs: Date.UTC(2026, 10, 22) })
    expect(recovered).toBe(tookMs.length)
    expect(medianMs).toBeCloseTo(
      middle.reduce<number>((sum, ms) => sum + (ms ?? Number.NaN) / 2, 0),
      3,
    )
  })
})
