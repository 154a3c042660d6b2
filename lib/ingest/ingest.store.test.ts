import { beforeEach, expect, it } from 'vitest'
import { dropSingleton } from '#lib/config/singleton.ts'
import { closeLive, subscribe } from '#lib/live/bus.ts'
import { listMarks } from '#lib/store/marks.ts'
import { countOutcomes } from '#lib/store/outcomes.ts'
import { countQuarantined, readQuarantined } from '#lib/store/quarantine.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { ingestMarks } from './ingest-marks.ts'
import { ingestOutcomes } from './ingest-outcomes.ts'
import { ingestProfiles } from './ingest-profiles.ts'

const SECRET = 'a secret of at least thirty-two characters'
const DAY = { fromMs: Date.UTC(2024, 10, 7), toMs: Date.UTC(2024, 10, 8) }

function history(id: string, status: string, sentAt = '2024-11-07T10:30:00Z') {
  return {
    id,
    status,
    statusDetail: status === 'FAILED' ? 'No email address available.' : null,
    type: 'PROGRAMME_CREATED',
    tisReference: { type: 'PROGRAMME_MEMBERSHIP', id: 'pm-1' },
    recipient: { id: '900117', type: 'EMAIL', contact: 'someone@example.com' },
    sentAt,
  }
}

function post(items: unknown, type = 'application/json'): Request {
  const body = typeof items === 'string' ? items : JSON.stringify(items)
  return new Request('http://127.0.0.1/', { method: 'POST', body, headers: { 'content-type': type } })
}

describeStores('what senders tell', ({ db }) => {
  beforeEach(async () => {
    await closeLive()
    dropSingleton('settings')
    asProcessEnv({ SPILLWAY_SECRET: SECRET, SPILLWAY_CONFIG: 'no-such-file.yaml' })
    asProcessStore(db())
  })

  it('each outcome is answered for: accepted, duplicate or quarantined with its reason', async () => {
    const items = [history('a1', 'FAILED'), history('a1', 'FAILED'), { ...history('b2', 'SENT'), status: 'LOST' }]
    expect(await ingestOutcomes(post(items))).toEqual([
      { place: 'item 1', result: 'accepted' },
      { place: 'item 2', result: 'duplicate' },
      { place: 'item 3', result: 'quarantined', reason: expect.stringMatching(/^status: /) },
    ])
    expect(await countOutcomes(db().orm, DAY)).toMatchObject({ failed: 1, delivered: 0 })
    expect(await readQuarantined(db().orm, 1, SECRET)).toMatchObject({
      source: 'email-outcomes',
      body: expect.stringContaining('LOST'),
    })
  })

  it('the same body again changes nothing', async () => {
    const lines = [history('a1', 'SENT'), { nonsense: true }].map((item) => JSON.stringify(item)).join('\n')
    await ingestOutcomes(post(lines, 'application/x-ndjson'))
    const again = await ingestOutcomes(post(lines, 'application/x-ndjson'))
    expect(again.map(({ place, result }) => [place, result])).toEqual([
      ['line 1', 'duplicate'],
      ['line 2', 'quarantined'],
    ])
    expect(await countQuarantined(db().orm)).toBe(1)
    expect(await countOutcomes(db().orm, DAY)).toMatchObject({ delivered: 1 })
  })

  it('what is no JSON, no text or cut off is quarantined as it came, and holds up nothing else', async () => {
    const good = JSON.stringify(history('a1', 'SENT'))
    const lines = new Blob([`${good}\n{"id":\n"`, new Uint8Array([0x41, 0xff]), `"\n${good.replace('a1', 'c3')}`])
    const body = new Request('http://127.0.0.1/', {
      method: 'POST',
      body: lines,
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(await ingestOutcomes(body)).toEqual([
      { place: 'line 1', result: 'accepted' },
      { place: 'line 2', result: 'quarantined', reason: 'the message: is not JSON.' },
      { place: 'line 3', result: 'quarantined', reason: expect.stringContaining('not UTF-8') },
      { place: 'line 4', result: 'accepted' },
    ])
    expect((await readQuarantined(db().orm, 2, SECRET)).body).toBe('base64:IkH/Ig==')
    expect(await ingestOutcomes(post(`[${good},{"id":},${good}`))).toEqual([
      { place: 'item 1', result: 'duplicate' },
      { place: 'item 2', result: 'quarantined', reason: 'the message: is not JSON.' },
      { place: 'item 3', result: 'duplicate' },
    ])
    expect(await ingestOutcomes(post('no JSON'))).toMatchObject([{ place: 'item 1', result: 'quarantined' }])
    expect(await ingestOutcomes(post('[]'))).toEqual([])
  })

  it('an item in ever more brackets is read without falling over, and kept as it came', async () => {
    const deep = `{"id":"a1","status":"SENT","type":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    expect(await ingestOutcomes(post(`[${deep}]`))).toMatchObject([
      { place: 'item 1', result: 'quarantined', reason: expect.stringMatching(/^type: /) },
    ])
    expect((await readQuarantined(db().orm, 1, SECRET)).body).toBe(deep)
    const beside = `{"extra":${'['.repeat(200_000)}${']'.repeat(200_000)},${JSON.stringify(history('a1', 'SENT')).slice(1)}`
    expect(await ingestOutcomes(post(`[${beside}]`))).toEqual([{ place: 'item 1', result: 'accepted' }])
  })

  it('too many items, too large a body and another type are refused, and nothing of them is stored', async () => {
    const many = Array.from({ length: 5_001 }, (_, at) => history(`n${at}`, 'SENT'))
    const lines = many.map((item) => JSON.stringify(item)).join('\n')
    await expect(ingestOutcomes(post(lines, 'application/x-ndjson'))).rejects.toMatchObject({ status: 413 })
    await expect(ingestOutcomes(post(`["${'x'.repeat(5 * 1024 * 1024)}"]`))).rejects.toMatchObject({ status: 413 })
    await expect(ingestOutcomes(post('a,b', 'text/csv'))).rejects.toMatchObject({ status: 415 })
    expect(await countOutcomes(db().orm, DAY)).toMatchObject({ delivered: 0 })
    expect(await countQuarantined(db().orm)).toBe(0)
  })

  it('viewers are told, once something is new', async () => {
    const heard: string[] = []
    const stop = subscribe((event) => heard.push(...('topics' in event ? event.topics : [])))
    await ingestOutcomes(post(history('a1', 'SENT')))
    expect(heard).toContain('emails')
    stop()
  })

  it('without a secret nothing can be quarantined, so nothing of the body is stored', async () => {
    asProcessEnv({ SPILLWAY_CONFIG: 'no-such-file.yaml' })
    await expect(ingestOutcomes(post([history('a1', 'SENT'), { nonsense: true }]))).rejects.toMatchObject({
      code: 'not_configured',
    })
    expect(await countOutcomes(db().orm, DAY)).toMatchObject({ delivered: 0 })
  })

  it('a NUL in a text does not stop an outcome', async () => {
    const item = { ...history('a1', 'FAILED'), statusDetail: 'Bounce: Permanent - \u0000General' }
    expect(await ingestOutcomes(post(item))).toMatchObject([{ place: 'item 1' }])
  })

  it('profiles are counted once, whatever order they come in', async () => {
    const one = { ref: '900117', createdAt: '2024-11-07T10:30:00Z' }
    expect(await ingestProfiles(post([one, { ...one, ref: 900118 }]))).toEqual({ received: 2, new: 2 })
    expect(await ingestProfiles(post(one))).toEqual({ received: 1, new: 0 })
  })

  it('one profile that is wrong is named with its field, and none is stored', async () => {
    const good = { ref: '900117', createdAt: '2024-11-07T10:30:00Z' }
    const bad = [
      [{ ref: '900118' }, /^item 2, createdAt: is missing\. Nothing was stored/],
      [{ ...good, createdAt: true }, /^item 2, createdAt: /],
      [{ ...good, ref: 'a@b.example' }, /^item 2, ref: is not a reference/],
      [{ ...good, name: 'Somebody' }, /^item 2: .*name/],
      [{ ...good, createdAt: '2024-11-07 10:30' }, /^item 2, createdAt: is not a moment/],
      [{ ...good, createdAt: '2999-01-01T00:00:00Z' }, /^item 2, createdAt: lies more than a day ahead/],
    ] as const
    for (const [item, message] of bad)
      await expect(ingestProfiles(post([good, item]))).rejects.toMatchObject({
        status: 422,
        message: expect.stringMatching(message),
      })
    expect(await ingestProfiles(post(good))).toEqual({ received: 1, new: 1 })
  })

  it('a mark is kept once, without addresses', async () => {
    const mark = {
      at: '2024-11-07T09:06:00Z',
      kind: 'deploy',
      service: 'sync',
      title: 'sync 1.18.2 by a@b.example',
      version: '1.18.2',
    }
    expect(await ingestMarks(post(mark))).toEqual({ received: 1, new: 1 })
    expect(await ingestMarks(post(mark))).toEqual({ received: 1, new: 0 })
    expect(await listMarks(db().orm, DAY)).toEqual([
      {
        atMs: Date.UTC(2024, 10, 7, 9, 6),
        kind: 'deploy',
        service: 'sync',
        title: 'sync 1.18.2 by (address removed)',
        version: '1.18.2',
      },
    ])
    await expect(ingestMarks(post({ ...mark, kind: 'party' }))).rejects.toMatchObject({
      status: 422,
      message: expect.stringMatching(/^item 1, kind: /),
    })
  })
})
