import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { anAlarm, aMark, aProfile, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { listAlarms, replaceAlarms } from './alarms.ts'
import { addCalls, listCalls } from './api-calls.ts'
import { insertAudit, listAudit } from './audit.ts'
import { closeGap, listGaps, listOpenGaps, openGap } from './gaps.ts'
import { insertMarks, listMarks } from './marks.ts'
import { insertProfiles } from './profiles.ts'
import { countQuarantined, insertUnreadable, readQuarantined } from './quarantine.ts'
import { listQueues, upsertQueues } from './queues.ts'
import { getSession, insertSession, revokeSession, setSessionRole } from './sessions.ts'
import { getSourceState, listSourceStates, recordAttempt, recordFailure, recordOk } from './source-states.ts'
import { createToken, findToken, listTokens, revokeToken, touchToken } from './tokens.ts'

const T = INCIDENT_DAY_MS
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

describeStores('gaps', ({ db }) => {
  const denied = { source: 'sqs', scope: '*', reason: 'denied', message: 'AccessDenied', fromMs: T } as const

  it('open once, keep their beginning, tell the newest reason and close', async () => {
    await openGap(db().orm, denied)
    await openGap(db().orm, { ...denied, reason: 'timeout', message: 'no answer', fromMs: T + MINUTE_MS })
    await openGap(db().orm, { ...denied, scope: 'orders' })
    expect(await listOpenGaps(db().orm)).toStrictEqual([
      { ...denied, reason: 'timeout', message: 'no answer', toMs: null },
      { ...denied, scope: 'orders', toMs: null },
    ])
    await closeGap(db().orm, { source: 'sqs', scope: '*', toMs: T + 2 * MINUTE_MS })
    await closeGap(db().orm, { source: 'sqs', scope: '*', toMs: T + 9 * MINUTE_MS })
    expect(await listOpenGaps(db().orm)).toHaveLength(1)
    await openGap(db().orm, { ...denied, fromMs: T + 3 * MINUTE_MS })
    const ofAll = await listGaps(db().orm, { source: 'sqs', scopes: ['*'], fromMs: T, toMs: T + DAY_MS })
    expect(ofAll.map(({ fromMs, toMs }) => [fromMs, toMs])).toStrictEqual([
      [T, T + 2 * MINUTE_MS],
      [T + 3 * MINUTE_MS, null],
    ])
  })

  it('are listed when they touch the range, its ends left out', async () => {
    await openGap(db().orm, denied)
    await closeGap(db().orm, { source: 'sqs', scope: '*', toMs: T + MINUTE_MS })
    const count = async (fromMs: number, toMs: number): Promise<number> =>
      (await listGaps(db().orm, { fromMs, toMs })).length
    expect(await count(T + MINUTE_MS, T + DAY_MS)).toBe(0)
    expect(await count(T - DAY_MS, T)).toBe(0)
    expect(await count(T + 1, T + 2)).toBe(1)
  })
})

describeStores('source states', ({ db }) => {
  it('keep the beginning of a failure and the cursor until a good poll', async () => {
    expect(await getSourceState(db().orm, 'sqs')).toBeNull()
    await recordAttempt(db().orm, 'sqs', T)
    await recordOk(db().orm, 'sqs', T + 1, { page: 7 })
    await recordFailure(db().orm, 'sqs', T + 2, 'denied', 'no')
    await recordFailure(db().orm, 'sqs', T + 3, 'timeout', 'slow')
    expect(await listSourceStates(db().orm)).toStrictEqual([
      {
        source: 'sqs',
        lastAttemptMs: T,
        lastOkMs: T + 1,
        failingSinceMs: T + 2,
        reason: 'timeout',
        message: 'slow',
        cursor: { page: 7 },
      },
    ])
    await recordOk(db().orm, 'sqs', T + 4, null)
    expect(await getSourceState(db().orm, 'sqs')).toMatchObject({
      lastOkMs: T + 4,
      failingSinceMs: null,
      reason: null,
      message: null,
      cursor: null,
    })
  })
})

describeStores('the inventory', ({ db }) => {
  const orders = aQueue({ name: 'orders' })
  const dead = aQueue({ name: 'orders-dlq' })

  it('forgets a queue that a complete list no longer names, and knows it again when it is back', async () => {
    await upsertQueues(db().orm, [orders, dead], T, true)
    await upsertQueues(db().orm, [{ ...orders, dlqArn: dead.arn }], T + 1, false)
    expect((await listQueues(db().orm)).map(({ name, dlqArn }) => [name, dlqArn])).toStrictEqual([
      ['orders', dead.arn],
      ['orders-dlq', null],
    ])
    await upsertQueues(db().orm, [orders], T + 2, true)
    expect(await listQueues(db().orm)).toStrictEqual([
      { ...orders, firstSeenMs: T, lastSeenMs: T + 2, expiredBeforeMs: null },
    ])
    await upsertQueues(db().orm, [dead], T + 3, false)
    expect(await listQueues(db().orm)).toHaveLength(2)
    await upsertQueues(db().orm, [], T + 4, true)
    expect(await listQueues(db().orm)).toStrictEqual([])
  })

  it('keeps all that the inventory tells, and writes a queue of which nothing is new every ten minutes only', async () => {
    const full = aQueue({
      name: 'full.fifo',
      redriveAllow: { permission: 'byQueue', sourceArns: [orders.arn] },
      maximumMessageBytes: 262_144,
      isSqsEncrypted: false,
      tags: { service: 'shop' },
      tagsAskedMs: T - 5,
      beat: { everySeconds: 240, askedMs: T - 1, quietSinceMs: T - DAY_MS },
    })
    await upsertQueues(db().orm, [full], T, true)
    await upsertQueues(db().orm, [full], T + MINUTE_MS, true)
    expect(await listQueues(db().orm)).toStrictEqual([
      { ...full, firstSeenMs: T, lastSeenMs: T, expiredBeforeMs: null },
    ])
    await upsertQueues(db().orm, [full], T + 11 * MINUTE_MS, true)
    const bare = { ...full, redriveAllow: null, tags: null, beat: null }
    await upsertQueues(db().orm, [bare], T + 12 * MINUTE_MS, true)
    expect(await listQueues(db().orm)).toStrictEqual([
      { ...bare, firstSeenMs: T, lastSeenMs: T + 12 * MINUTE_MS, expiredBeforeMs: null },
    ])
  })

  const expiredBefore = async (retentionSeconds: number | null, atMs: number) => {
    await upsertQueues(db().orm, [aQueue({ name: 'orders', retentionSeconds })], atMs, true)
    return (await listQueues(db().orm))[0]?.expiredBeforeMs
  }

  it('keeps until when messages had outlived a retention that was changed since, the latest of all changes', async () => {
    const [hour, minutes] = [3_600, 60 * MINUTE_MS]
    expect(await expiredBefore(hour, T)).toBeNull()
    expect(await expiredBefore(hour, T + MINUTE_MS)).toBeNull()
    expect(await expiredBefore(24 * hour, T + 2 * MINUTE_MS)).toBe(T + 2 * MINUTE_MS - minutes)
    expect(await expiredBefore(hour, T + 3 * MINUTE_MS), 'never earlier').toBe(T + 2 * MINUTE_MS - minutes)
    expect(await expiredBefore(null, T + 4 * MINUTE_MS)).toBe(T + 4 * MINUTE_MS - minutes)
    expect(await expiredBefore(hour, T + 5 * MINUTE_MS), 'nobody told of it').toBe(T + 4 * MINUTE_MS - minutes)
  })

  it('holds more queues than one statement has parameters for', async () => {
    const many = Array.from({ length: 6_000 }, (_, index) => aQueue({ name: `q${index}` }))
    await upsertQueues(db().orm, many, T, true)
    expect(await listQueues(db().orm)).toHaveLength(6_000)
  })
})

describeStores('alarms', ({ db }) => {
  it('are exactly those of the last reading', async () => {
    await replaceAlarms(db().orm, [anAlarm({ name: 'a' }), anAlarm({ name: 'b' })], T)
    await replaceAlarms(db().orm, [anAlarm({ name: 'b', state: 'alarm' })], T + 1)
    expect(await listAlarms(db().orm)).toStrictEqual([{ ...anAlarm({ name: 'b', state: 'alarm' }), readAtMs: T + 1 }])
  })
})

describeStores('profiles and marks', ({ db }) => {
  it('count profiles that are new and keep the earliest creation', async () => {
    const older = aProfile({ ref: '1', createdAtMs: T - 5 })
    expect(await insertProfiles(db().orm, [aProfile({ ref: '1' }), older, aProfile({ ref: '2' })], T)).toBe(2)
    expect(await insertProfiles(db().orm, [aProfile({ ref: '1' }), aProfile({ ref: '3' })], T)).toBe(1)
    const { rows } = await db().orm.execute(sql`select created_at from profile where ref = '1'`)
    expect(rows).toStrictEqual([{ created_at: '2024-11-07 10:29:59.995+00' }])
    expect(await insertProfiles(db().orm, [], T)).toBe(0)
  })

  it('keep each mark once and list those of a service with those of all', async () => {
    const ofAll = aMark({ title: 'TLS renewed', service: null, atMs: T + 1 })
    expect(await insertMarks(db().orm, [aMark(), ofAll, aMark({ service: 'details', title: 'x' })])).toBe(3)
    expect(await insertMarks(db().orm, [aMark(), ofAll])).toBe(0)
    const query = { fromMs: T, toMs: T + 2, service: 'sync' }
    expect(await listMarks(db().orm, query)).toStrictEqual([aMark(), ofAll])
    expect(await listMarks(db().orm, { fromMs: T + 1, toMs: T + 2 })).toStrictEqual([ofAll])
  })
})

describeStores('marks of a release of several services', ({ db }) => {
  it('are one a service, and one that concerns all', async () => {
    const marks = ['sync', 'details', null].map((service) => aMark({ service }))
    expect(await insertMarks(db().orm, marks)).toBe(3)
    expect(await insertMarks(db().orm, marks)).toBe(0)
  })
})

describeStores('quarantine', ({ db }) => {
  const secret = 'a secret of more than thirty-two characters'
  const message = { messageId: 'm1', body: '{"name":"Zoë \0"}', reason: 'status: is missing' }

  it('keeps a message once, unreadable without the secret', async () => {
    await insertUnreadable(db().orm, 'email-outcomes', [message], secret, T)
    await insertUnreadable(db().orm, 'email-outcomes', [{ ...message, body: 'other' }], secret, T + 1)
    expect(await countQuarantined(db().orm)).toBe(1)
    const { rows } = await db().orm.execute<{ text: string }>(sql`select to_json(q)::text as text from quarantine q`)
    // A letter that no encoding of bytes has: two of its own stood in one by chance.
    expect(rows[0]?.text).not.toContain('Zoë')
    const untouched = { sequence: null, sentTimestampMs: null, tries: 0, triedMs: null }
    const stored = { id: 1, source: 'email-outcomes', receivedMs: T, ...untouched, ...message }
    expect(await readQuarantined(db().orm, 1, secret)).toStrictEqual(stored)
    await expect(readQuarantined(db().orm, 1, `${secret}.`)).rejects.toMatchObject({ code: 'not_configured' })
    await expect(readQuarantined(db().orm, 2, secret)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('refuses a body that was moved to another message', async () => {
    await insertUnreadable(db().orm, 's', [message, { ...message, messageId: 'm2' }], secret, T)
    await db().orm.execute(sql`
      update quarantine set body_encrypted = (select body_encrypted from quarantine where message_id = 'm2') where message_id = 'm1'`)
    await expect(readQuarantined(db().orm, 1, secret)).rejects.toMatchObject({ code: 'not_configured' })
  })
})

describeStores('sessions and tokens', ({ db }) => {
  const opened = { id: 's1', sub: 'u1', name: 'Una', role: 'viewer', createdAtMs: T, expiresAtMs: T + DAY_MS } as const

  it('tell a session with its role and its end', async () => {
    await insertSession(db().orm, opened)
    expect(await getSession(db().orm, 's1')).toStrictEqual({ ...opened, revokedAtMs: null })
    await setSessionRole(db().orm, 's1', 'admin')
    await revokeSession(db().orm, 's1', T + 5)
    await revokeSession(db().orm, 's1', T + 9)
    expect(await getSession(db().orm, 's1')).toMatchObject({ role: 'admin', revokedAtMs: T + 5 })
    expect(await getSession(db().orm, 'none')).toBeNull()
  })

  it('find a token by its secret and purpose until it is revoked, and never store the secret', async () => {
    const { id, secret } = await createToken(db().orm, { purpose: 'wall', name: 'Kitchen', atMs: T })
    expect(secret).toMatch(/^spw_wall_[\w-]{43}$/u)
    const { rows } = await db().orm.execute<{ text: string }>(sql`select to_json(t)::text as text from token t`)
    expect(rows[0]?.text).not.toContain(secret.slice(9))
    expect(await findToken(db().orm, secret, 'ingest')).toBeNull()
    expect(await findToken(db().orm, `${secret}x`, 'wall')).toBeNull()
    await touchToken(db().orm, id, T + 1)
    const stored = { id, purpose: 'wall', name: 'Kitchen', createdMs: T, lastUsedMs: T + 1, revokedMs: null }
    expect(await findToken(db().orm, secret, 'wall')).toStrictEqual(stored)
    expect(await revokeToken(db().orm, id, T + 2)).toBe(true)
    expect(await revokeToken(db().orm, id, T + 3)).toBe(false)
    expect(await findToken(db().orm, secret, 'wall')).toBeNull()
    expect(await listTokens(db().orm)).toStrictEqual([{ ...stored, revokedMs: T + 2 }])
  })
})

describeStores('audit and calls', ({ db }) => {
  it('list what was done and refused, newest first', async () => {
    const entry = { actor: 'person:u1', action: 'create-token', detail: { id: 't' } }
    await insertAudit(db().orm, { ...entry, atMs: T, result: 'done' })
    await insertAudit(db().orm, { ...entry, atMs: T + 1, result: 'refused' })
    expect(await listAudit(db().orm)).toStrictEqual([
      { id: 2, ...entry, atMs: T + 1, result: 'refused' },
      { id: 1, ...entry, atMs: T, result: 'done' },
    ])
  })

  it('add calls up by day, service and operation', async () => {
    const call = { service: 'sqs', operation: 'GetQueueAttributes', count: 3 }
    await addCalls(db().orm, [call, call, { ...call, operation: 'ListQueues', count: 1 }], T)
    await addCalls(db().orm, [call], T + MINUTE_MS)
    await addCalls(db().orm, [call], T + DAY_MS)
    await addCalls(db().orm, [], T)
    expect(await listCalls(db().orm, T)).toStrictEqual([
      { day: '2024-11-07', service: 'sqs', operation: 'GetQueueAttributes', count: 9 },
      { day: '2024-11-07', service: 'sqs', operation: 'ListQueues', count: 1 },
      { day: '2024-11-08', service: 'sqs', operation: 'GetQueueAttributes', count: 3 },
    ])
    expect(await listCalls(db().orm, T + DAY_MS)).toHaveLength(1)
  })
})
