import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { sql } from 'drizzle-orm'
import { settingsSchema, type Settings } from '#lib/config/settings.ts'
import type { PeopleFilter } from '#lib/domain/people-filter.ts'
import { resyncProofWords, resyncWords } from '#lib/domain/resync.ts'
import { listKnownWithoutAddress, listResyncPeople, proveResync } from '#lib/store/read-resync.ts'
import { getResync } from '#lib/store/resyncs.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { anOutcomeEvent } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { makeRedriveContext } from './fixtures/redrive-runs.ts'
import { controlResync } from './resync-control.ts'
import { planResync, startPlannedResync, startResync } from './resync-start.ts'
import { stepResync } from './resync-step.ts'
import { newStepMemory } from './step-memory.ts'

const AFFECTED = ['900101', '900102', '900103']

describeStores('a re-sync', ({ db }) => {
  let server: SqsServer
  let queues: Queues
  let settings: Settings
  const nowMs = Date.now()

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startQueues(server)
    const client = new SQSClient({
      endpoint: server.endpoint,
      region: 'eu-west-2',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    })
    const { QueueUrl: queueUrl = '' } = await client.send(
      new CreateQueueCommand({ QueueName: 'request.fifo', Attributes: { FifoQueue: 'true' } }),
    )
    client.destroy()
    settings = settingsSchema.parse({ resync: { queueUrl, perSecond: 500 } })
    for (const ref of AFFECTED)
      await db().orm.execute(sql`insert into incident_person (incident, ref, since_at) values (1, ${ref}, now())`)
  })
  afterEach(() => queues.stop())

  const start = async () => {
    await tell(...AFFECTED.map((ref) => failed(ref, 'Wessex')))
    return db().transaction((tx) => startResync(tx, { incident: 1, by: 'Olga', nowMs }, settings))
  }

  async function finish(id: number): Promise<void> {
    const memory = newStepMemory()
    const context = makeRedriveContext(db())
    while ((await getResync(db().orm, id)).state === 'running') await stepResync(id, context, memory)
  }
  const asked = () => server.store.peekAll('request.fifo')

  test('asks once for everybody who is without, in their own group', async () => {
    const { id, people } = await start()
    expect(people).toBe(3)
    await finish(id)
    expect(asked().map(({ body, groupId }) => [body, groupId])).toEqual([
      ['{"table":"Person","id":"900101"}', 'tcs_Person_900101'],
      ['{"table":"Person","id":"900102"}', 'tcs_Person_900102'],
      ['{"table":"Person","id":"900103"}', 'tcs_Person_900103'],
    ])
    expect(await proveResync(db().orm, id)).toMatchObject({ people: 3, asked: 3, withEmail: 0, possibleDuplicates: 0 })
  })

  test('repeats what has an unknown end under the same deduplication id, so that SQS takes it once', async () => {
    const { id } = await start()
    server.faults.add({ operation: 'SendMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
    await finish(id)
    expect(asked()).toHaveLength(3)
    expect(await proveResync(db().orm, id)).toMatchObject({ asked: 3, possibleDuplicates: 0 })
  })

  test('one runs at a time, and the second person sees who has started it', async () => {
    await start()
    await expect(start()).rejects.toThrow('A re-sync of this incident runs already. RS-1 was started by Olga.')
  })

  test('proves itself by e-mails: who has theirs, and of whom the source has no address', async () => {
    const { id } = await start()
    await finish(id)
    const atMs = Date.now() + 1_000
    const again = { status: 'failed', reason: 'no_email_address' } as const
    await db().transaction((tx) =>
      applyOutcomeEvents(
        tx,
        [
          anOutcomeEvent({ notificationId: 'a', atMs, facts: { personRef: '900101' } }),
          anOutcomeEvent({ notificationId: 'b', atMs, ...again, facts: { personRef: '900102' } }),
        ],
        { isBackfill: false },
      ),
    )
    const proof = await proveResync(db().orm, id)
    expect(resyncWords(proof)).toBe(
      '3 people asked for again: 1 have their e-mail, 1 have no address in the source, 1 are still open',
    )
    const query = { incident: 1, refs: ['900101', '900102', '900103'], fixedMs: nowMs - 1_000 }
    expect(await listKnownWithoutAddress(db().orm, query)).toEqual(['900102'])
  })

  const FILTER = { state: 'failed', range: 'all', office: 'Thames Valley' } as const
  const failed = (ref: string, localOffice = 'Thames Valley') =>
    anOutcomeEvent({
      notificationId: `n-${ref}`,
      status: 'failed',
      atMs: nowMs - 3_600_000,
      facts: { personRef: ref, localOffice },
    })
  const tell = (...events: Parameters<typeof applyOutcomeEvents>[1]) =>
    db().transaction((tx) => applyOutcomeEvents(tx, events, { isBackfill: false }))
  const plan = (filter: PeopleFilter = FILTER) =>
    db().transaction((tx) => planResync(tx, { filter, asOfMs: Date.now(), by: 'Olga', nowMs: Date.now() }, settings))
  const startPlan = (id: number, by = 'Olga') =>
    db().transaction((tx) => startPlannedResync(tx, { id, by, nowMs: Date.now() }, settings))
  const control = (id: number, verb: 'pause' | 'resume' | 'stop') =>
    db().transaction((tx) => controlResync(tx, id, verb, { by: 'Olga', nowMs: Date.now() }))
  const step = (id: number) => stepResync(id, makeRedriveContext(db()), newStepMemory())

  test('of a filter is planned first: its list is frozen, and nobody is asked for', async () => {
    await tell(failed('900201'), failed('900202'), failed('900203', 'North West London'))
    const planned = await plan()
    expect(planned).toMatchObject({
      state: 'planned',
      people: 2,
      incident: null,
      title: 'e-mail failed, Thames Valley',
    })
    await tell(failed('900204'))
    await step(planned.id)
    expect(asked()).toHaveLength(0)
    expect(await startPlan(planned.id, 'Petra')).toMatchObject({ state: 'running', people: 2, startedBy: 'Petra' })
    await finish(planned.id)
    expect(asked().map(({ body }) => body)).toEqual([
      '{"table":"Person","id":"900201"}',
      '{"table":"Person","id":"900202"}',
    ])
  })

  test('leaves out who has their e-mail by the time it starts, and who is being asked for already', async () => {
    await tell(failed('900201'), failed('900202'), failed('900203'))
    const first = await plan()
    await tell(anOutcomeEvent({ notificationId: 'n-900202', atMs: Date.now(), facts: { personRef: '900202' } }))
    await startPlan(first.id)
    await expect(plan()).rejects.toThrow('Everybody whom this filter holds is being asked for already.')
    const other = await plan({ state: 'without', range: 'all' }).catch((error: Error) => error.message)
    expect(other).toBe('Everybody whom this filter holds is being asked for already.')
    await finish(first.id)
    expect(asked()).toHaveLength(2)
    expect(await proveResync(db().orm, first.id)).toMatchObject({ people: 3, asked: 2, skipped: 1 })
  })

  test('rests, goes on and ends when a person says so', async () => {
    settings = settingsSchema.parse({ resync: { ...settings.resync, perSecond: 1 } })
    await tell(failed('900201'), failed('900202'), failed('900203'))
    const { id } = await plan()
    await startPlan(id)
    await step(id)
    await control(id, 'pause')
    expect(await step(id)).toMatchObject({ isOver: true })
    expect(asked()).toHaveLength(1)
    await expect(control(id, 'pause')).rejects.toThrow('RS-1 cannot pause: it is paused.')
    await control(id, 'resume')
    await step(id)
    await control(id, 'stop')
    expect(await step(id)).toMatchObject({ isOver: true })
    expect(asked()).toHaveLength(2)
    await expect(control(id, 'resume')).rejects.toThrow('RS-1 cannot resume: it is stopped.')
    expect((await listResyncPeople(db().orm, id, { offset: 0, limit: 9 })).map(({ end }) => end)).toEqual([
      'open',
      'open',
      'waiting',
    ])
  })

  test('one outside of incidents runs at a time', async () => {
    await tell(failed('900201'), failed('900202', 'North West London'))
    const [here, there] = [await plan(), await plan({ ...FILTER, office: 'North West London' })]
    await startPlan(here.id)
    await expect(startPlan(there.id)).rejects.toThrow('A re-sync runs already. RS-1 was started by Olga.')
    expect((await start()).incident).toBe(1)
  })

  test('proves itself in one sentence, and lists those who have no address first', async () => {
    await tell(failed('900201'), failed('900202'), failed('900203'), failed('900204'))
    const { id } = await plan()
    await startPlan(id)
    await finish(id)
    const later = Date.now() + 1_000
    await tell(
      anOutcomeEvent({ notificationId: 'n-900201', atMs: later, facts: { personRef: '900201' } }),
      anOutcomeEvent({ notificationId: 'n-900203', atMs: later, facts: { personRef: '900203' } }),
    )
    await db().orm.execute(
      sql`insert into source_address (ref, has_address, told_at) values ('900204', false, now() + interval '1 s')`,
    )
    expect(resyncProofWords(await proveResync(db().orm, id))).toBe(
      '2 of 4 sent since; 1 still has no address in the source; 1 is still open',
    )
    const bounced = { status: 'failed', reason: 'bounce_transient', atMs: later + 1 } as const
    await tell(anOutcomeEvent({ notificationId: 'n-900203', ...bounced, facts: { personRef: '900203' } }))
    expect(resyncProofWords(await proveResync(db().orm, id))).toBe(
      '1 of 4 sent since; 1 still has no address in the source; 1 failed again; 1 is still open',
    )
    const people = await listResyncPeople(db().orm, id, { offset: 0, limit: 2 })
    expect(people.map(({ ref, end }) => [ref, end])).toEqual([
      ['900204', 'no_address'],
      ['900203', 'failed_again'],
    ])
  })

  const withToken = () => ({ ...makeRedriveContext(db()), resyncToken: 'secret' })

  const finishByHttp = async (id: number): Promise<void> => {
    const memory = newStepMemory()
    while ((await getResync(db().orm, id)).state === 'running') await stepResync(id, withToken(), memory)
  }

  describe('by HTTP', () => {
    let web: Server
    let calls: string[]
    let answers: (number | 'drop')[]
    beforeEach(async () => {
      calls = []
      answers = []
      web = createServer((request, response) => {
        calls.push(`${request.method} ${request.url} ${request.headers.authorization}`)
        const answer = answers.shift() ?? 204
        if (answer === 'drop') request.socket.destroy()
        else response.writeHead(answer, { location: '/elsewhere' }).end()
      })
      await new Promise<void>((resolve) => void web.listen(0, '127.0.0.1', resolve))
      const address = web.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      settings = settingsSchema.parse({
        resync: { url: `http://127.0.0.1:${port}/api/trainee-profile/sync/{ref}`, perSecond: 500 },
      })
    })
    afterEach(() => void web.close())
    test('calls the address once for each person, with the token, and leaves nothing of a reference to steer it', async () => {
      await tell(failed('900201'), failed('../x?y=1'))
      const { id } = await plan()
      await startPlan(id)
      await finishByHttp(id)
      expect(calls).toEqual([
        'POST /api/trainee-profile/sync/..%2Fx%3Fy%3D1 Bearer secret',
        'POST /api/trainee-profile/sync/900201 Bearer secret',
      ])
      expect(await proveResync(db().orm, id)).toMatchObject({ asked: 2, possibleDuplicates: 0 })
    })

    test('repeats what has an unknown end as a possible duplicate, and leaves who is refused', async () => {
      await tell(failed('900201'), failed('900202'), failed('900203'))
      answers = ['drop', 204, 404, 302]
      const { id } = await plan()
      await startPlan(id)
      await finishByHttp(id)
      expect(calls.map((call) => call.split(' ')[1]?.slice(-6))).toEqual(['900201', '900201', '900202', '900203'])
      expect(await proveResync(db().orm, id)).toMatchObject({ asked: 1, refused: 2, possibleDuplicates: 1 })
      const people = await listResyncPeople(db().orm, id, { offset: 0, limit: 2 })
      expect(people[0]?.problem).toMatch(/refused it: HTTP 404$/)
    })

    test('waits, and says why, while it is not let in', async () => {
      await tell(failed('900201'))
      answers = [403, 429]
      const { id } = await plan()
      await startPlan(id)
      const memory = newStepMemory()
      await stepResync(id, withToken(), memory)
      expect((await getResync(db().orm, id)).trouble).toMatch(
        /does not let Spillway in \(HTTP 403\): set SPILLWAY_RESYNC_TOKEN/,
      )
      await stepResync(id, withToken(), memory)
      await finishByHttp(id)
      expect(await getResync(db().orm, id)).toMatchObject({ state: 'done', trouble: null })
      expect(await proveResync(db().orm, id)).toMatchObject({ asked: 1, possibleDuplicates: 0 })
    })
  })
})
