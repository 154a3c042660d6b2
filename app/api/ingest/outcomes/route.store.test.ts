import { beforeEach, expect, it } from 'vitest'
import { dropSingleton } from '#lib/config/singleton.ts'
import { closeLive } from '#lib/live/bus.ts'
import { createToken, revokeToken, type TokenPurpose } from '#lib/store/tokens.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { POST } from './route.ts'

const BOUNCE = {
  notificationType: 'Bounce',
  bounce: { bounceType: 'Permanent', bounceSubType: 'General', timestamp: '2024-11-06T09:31:04.118Z' },
  mail: { timestamp: '2024-11-06T09:31:02.000Z', headers: [{ name: 'NotificationId', value: 'n1' }] },
}
const ROW = { id: 'n1', status: 'SENT', type: 'PROGRAMME_CREATED', sentAt: '2024-11-06T09:31:01Z' }

async function post(body: string, headers: Record<string, string>): Promise<{ status: number; json: unknown }> {
  const request = new Request('http://127.0.0.1/api/ingest/outcomes', { method: 'POST', body, headers })
  const response = await POST(request)
  return { status: response.status, json: await response.json() }
}

describeStores('POST /api/ingest/outcomes', ({ db }) => {
  beforeEach(async () => {
    await closeLive()
    dropSingleton('settings')
    asProcessEnv({
      SPILLWAY_SECRET: 'a secret of at least thirty-two characters',
      SPILLWAY_CONFIG: 'no-such-file.yaml',
    })
    asProcessStore(db())
  })
  const tokenFor = (purpose: TokenPurpose) =>
    createToken(db().orm, { purpose, name: 'a sender', atMs: Date.UTC(2024, 10, 6) })

  it('answers for each item of JSON and of lines, also when they come again', async () => {
    const { secret } = await tokenFor('ingest')
    const authorization = `Bearer ${secret}`
    const lines = [ROW, BOUNCE, { id: 'n2' }, ROW].map((item) => JSON.stringify(item)).join('\n')
    expect(await post(lines, { authorization, 'content-type': 'application/x-ndjson' })).toEqual({
      status: 200,
      json: {
        items: [
          { place: 'line 1', result: 'accepted' },
          { place: 'line 2', result: 'accepted' },
          { place: 'line 3', result: 'quarantined', reason: expect.stringContaining('neither a notification') },
          { place: 'line 4', result: 'duplicate' },
        ],
      },
    })
    expect(await post(JSON.stringify([BOUNCE, ROW]), { authorization, 'content-type': 'application/json' })).toEqual({
      status: 200,
      json: {
        items: [
          { place: 'item 1', result: 'duplicate' },
          { place: 'item 2', result: 'duplicate' },
        ],
      },
    })
  })

  it('takes nothing without a token, with one of another purpose, or with one that was revoked', async () => {
    const json = { 'content-type': 'application/json' }
    const body = JSON.stringify(ROW)
    expect(await post(body, json)).toMatchObject({ status: 401, json: { error: { code: 'not_signed_in' } } })
    const wall = await tokenFor('wall')
    const gone = await tokenFor('ingest')
    await revokeToken(db().orm, gone.id, Date.UTC(2024, 10, 7))
    for (const secret of [wall.secret, gone.secret, 'spw_ingest_guessed'])
      expect(await post(body, { ...json, authorization: `Bearer ${secret}` })).toMatchObject({ status: 403 })
  })

  it('refuses another type and too large a body with the way out', async () => {
    const authorization = `Bearer ${(await tokenFor('ingest')).secret}`
    const csv = await post('id,status', { authorization, 'content-type': 'text/csv' })
    expect(csv).toMatchObject({
      status: 415,
      json: { error: { message: expect.stringContaining('application/x-ndjson') } },
    })
    const large = await post('x'.repeat(5 * 1024 * 1024 + 1), { authorization, 'content-type': 'application/json' })
    expect(large).toMatchObject({ status: 413, json: { error: { message: expect.stringContaining('in parts') } } })
  })
})
