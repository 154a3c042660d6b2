import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import type { Role } from '#lib/domain/role.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { applyReadings } from '#lib/collect/apply-readings.ts'
import { closeLive } from '#lib/live/bus.ts'
import { countQuarantined, insertUnreadable, readQuarantined } from '#lib/store/quarantine.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadQuarantine } from '#lib/views/quarantine/query.ts'
import { replayQuarantined } from './replay-quarantined.ts'
import { runAction } from './run-action.ts'

const SECRET = 'a secret of at least thirty-two characters'
const CAME_MS = Date.UTC(2024, 10, 8, 9)

const person = (role: Role): Person => ({ kind: 'person', sessionId: 's', sub: 'uma', name: 'Uma', role })

/** A row of somebody who had no address, and what was told once they had one, both understood by a later version only. */
const row = (status: string, lastRetry: string | null) =>
  JSON.stringify({
    id: '672b7b559f1c2a7b3d4e5f60',
    type: 'PROGRAMME_CREATED',
    recipient: { id: '900042', type: 'EMAIL', contact: 'a.trainee@example.com' },
    sentAt: '2024-11-06T14:21:09.551Z',
    status,
    lastRetry,
  })

describeStores('messages in quarantine', ({ db }) => {
  beforeEach(async () => {
    await closeLive()
    dropSingleton('settings')
    asProcessEnv({ SPILLWAY_SECRET: SECRET, SPILLWAY_CONFIG: 'no-such-file.yaml' })
    asProcessStore(db())
  })

  const keep = (source: string, messageId: string, body: string, sequence: string | null = null) =>
    insertUnreadable(
      db().orm,
      source,
      [{ messageId, body, reason: 'was not understood by an older version', sequence, sentTimestampMs: CAME_MS }],
      SECRET,
      CAME_MS,
    )
  const outcomes = async () =>
    (await db().orm.execute(sql`select id, status, order_sequence as sequence from outcome`)).rows
  const audits = async () =>
    (
      await db().orm.execute<{ actor: string; result: string }>(
        sql`select actor, action, result, detail from audit order by id`,
      )
    ).rows
  const context = (role: Role) => ({
    viewer: person(role),
    db: db(),
    tx: db().orm,
    nowMs: CAME_MS + 60_000,
    timeZone: 'Europe/London',
    settings: settingsSchema.parse({}),
    env: readEnv({ SPILLWAY_SECRET: SECRET }).env,
  })

  test('are read again by an operator: what is understood takes its place, the rest stays with its reason', async () => {
    await keep('email-outcomes', 'm1', row('FAILED', null), '7')
    await keep('email-outcomes', 'm2', row('SHELVED', '2024-11-07T21:06:31.902Z'), '9')
    await keep('profiles', 'm3', JSON.stringify({ traineeTisId: '900117' }))
    const result = await runAction(replayQuarantined.definition, person('operator'), { ids: [1, 2, 3, 3, 44] })
    expect(result).toEqual({ ok: true, data: { understood: 2, notUnderstood: 1, gone: 1 } })
    expect(await outcomes()).toEqual([{ id: '672b7b559f1c2a7b3d4e5f60', status: 'failed', sequence: '7' }])
    expect((await db().orm.execute(sql`select ref, created_at as at from profile`)).rows).toMatchObject([
      { ref: '900117' },
    ])
    expect(await countQuarantined(db().orm)).toBe(1)
    expect(await readQuarantined(db().orm, 2, SECRET)).toMatchObject({
      reason: expect.stringContaining('status: SHELVED is not a status that Spillway knows'),
      tries: 1,
      sequence: '9',
      sentTimestampMs: CAME_MS,
      body: row('SHELVED', '2024-11-07T21:06:31.902Z'),
    })
    expect(await audits()).toEqual([
      {
        actor: 'person:uma',
        action: 'replay-quarantined',
        result: 'done',
        detail: { messages: 5, ids: '1 2 3 3 44' },
      },
    ])
  })

  test('end in the same state as if they had been understood at once', async () => {
    const told = (sequence: string, status: string) => ({
      messageId: sequence,
      body: row(status, null),
      sequence,
      sentTimestampMs: CAME_MS,
    })
    await keep('email-outcomes', 'm1', told('9', 'SENT').body, '9')
    const parsed = parseOutcomeMessage(told('8', 'FAILED'), {
      sentMeans: 'delivered',
      onboardingTypes: [],
      observedAtMs: CAME_MS,
    })
    if (parsed.kind === 'unreadable') throw new Error(parsed.unreadable.reason)
    const { event } = parsed
    await db().transaction((tx) =>
      applyReadings(tx, [{ kind: 'outcomes', events: [event], isBackfill: true }], {
        source: 'email-outcomes',
        atMs: CAME_MS,
        settings: settingsSchema.parse({}),
        secret: SECRET,
      }),
    )
    await runAction(replayQuarantined.definition, person('operator'), { ids: [1] })
    expect(await outcomes()).toEqual([{ id: event.notificationId, status: 'delivered', sequence: '9' }])
    expect(await runAction(replayQuarantined.definition, person('operator'), { ids: [1] })).toEqual({
      ok: true,
      data: { understood: 0, notUnderstood: 0, gone: 1 },
    })
    expect((await loadQuarantine(context('viewer'))).headline).toMatchObject({
      truth: 'ok',
      text: expect.stringContaining('Every message was understood'),
    })
  })

  test('stay for anybody who is no operator, and with another secret', async () => {
    await keep('email-outcomes', 'm1', row('FAILED', null))
    for (const role of ['viewer', 'responder'] as const)
      expect(await runAction(replayQuarantined.definition, person(role), { ids: [1] })).toMatchObject({
        ok: false,
        error: { code: 'forbidden' },
      })
    asProcessEnv({ SPILLWAY_SECRET: `${SECRET}.`, SPILLWAY_CONFIG: 'no-such-file.yaml' })
    expect(await runAction(replayQuarantined.definition, person('operator'), { ids: [1] })).toMatchObject({
      ok: false,
      error: { code: 'not_configured' },
    })
    expect(await countQuarantined(db().orm)).toBe(1)
    expect((await audits()).map(({ result }) => result)).toEqual(['refused', 'refused', 'refused'])
  })

  test('are listed newest first with every value hidden, and their looks for responders only', async () => {
    await keep('email-outcomes', 'outcomes.jsonl line 12 abc', row('SHELVED', null))
    await keep('email-outcomes', 'm2', 'not JSON of a.trainee@example.com')
    const seen = await loadQuarantine(context('responder'))
    expect(seen).toMatchObject({ total: 2, keptDays: 30, headline: { truth: 'bad' } })
    expect(seen.headline.text).toContain('2 messages were not understood and wait in quarantine, the first')
    expect(seen.rows.map(({ messageId, source, masked }) => [messageId, source, masked?.slice(0, 12)])).toEqual([
      ['m2', 'E-mail outcomes', 'not JSON, 33'],
      ['outcomes.jsonl line 12 abc', 'E-mail outcomes', '{\n  "id": "•'],
    ])
    expect(JSON.stringify(seen)).not.toMatch(/trainee@|900042/)
    expect((await loadQuarantine(context('viewer'))).rows.map(({ masked }) => masked)).toEqual([null, null])
    await db().orm.execute(sql`delete from quarantine`)
    // None waits, and none was ever understood either.
    expect((await loadQuarantine(context('viewer'))).headline).toMatchObject({
      truth: 'unknown',
      text: expect.stringContaining('No message has come yet'),
    })
  })
})
