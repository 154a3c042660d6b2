import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nameAt, type Queue } from '#lib/domain/queue.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { startPlaces, type Places } from '#world/places/start-places.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { findRoad } from './find-road.ts'
import { scanQueue } from './scan-queue.ts'

const ROLE = 'arn:aws:iam::111122223333:role/spillway'
const settings = { aws: { places: [{ name: 'partner', region: 'eu-west-2', roleArn: ROLE }] } }

const atPartner = (queue: Queue): Queue => ({ ...queue, name: nameAt(queue.name, 'partner') })

describeStores('queues of one name in two accounts', ({ db }) => {
  let world: Places<'home' | 'partner'>
  let queues: Queues
  let home: Queues

  beforeEach(async () => {
    world = await startPlaces(
      {
        home: { region: 'eu-west-2', account: '000000000000' },
        partner: { region: 'eu-west-2', account: '111122223333' },
      },
      { homeAccount: '000000000000', roles: [{ arn: ROLE }] },
    )
    home = await startQueues({ ...world.of.home.sqs, stop: async () => {} })
    const partner = await startQueues({ ...world.of.partner.sqs, stop: async () => {} })
    queues = { ...partner, source: atPartner(partner.source), dlq: atPartner(partner.dlq) }
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', world.front.endpoint)
    vi.stubEnv('AWS_ENDPOINT_URL_STS', world.front.endpoint)
    await upsertQueues(db().orm, [home.source, home.dlq, queues.source, queues.dlq], Date.now(), true)
  })
  afterEach(async () => {
    await home.stop()
    await queues.stop()
    await world.stop()
  })

  const bodies = (place: 'home' | 'partner', name: string): string[] =>
    world.of[place].sqs.store.peekAll(name).map(({ body }) => body)

  /** The same dead letters in both accounts, but for their bodies. */
  async function deadLetters(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await queues.send(`{"partner":${index}}`)
      const { url } = home.dlq
      await world.of.home.infrastructure.send(
        new SendMessageCommand({ QueueUrl: url, MessageBody: `{"home":${index}}` }),
      )
    }
    const { store } = world.of.partner.sqs
    while (store.measure('profile-created-dlq').visible < count) await queues.peek(queues.source)
  }

  const partnerCalls = (operation: string) =>
    world.of.partner.log.list({ operation }).filter(({ caller }) => caller.startsWith('ASIA111122223333'))
  const homeCalls = (operation: string) => world.of.home.log.list({ operation, caller: 'spillway' })

  test('a look reads the queue of its own account, by the role of that account', async () => {
    await deadLetters(3)
    const context = makeRedriveContext(db(), { settings })
    const scan = await scanQueue(context, queues.dlq.url, { most: 100, holdSeconds: 3 })
    expect(scan.messages.map(({ body }) => body).toSorted()).toEqual([0, 1, 2].map((index) => `{"partner":${index}}`))
    expect(new Set(scan.messages.map(({ deadLetterOf }) => deadLetterOf))).toEqual(new Set([queues.source.name]))
    expect(homeCalls('ReceiveMessage')).toEqual([])
    expect(partnerCalls('ReceiveMessage').length).toBeGreaterThan(0)
  })

  test('a redrive moves within its own account and leaves the other queue of that name alone', async () => {
    await deadLetters(4)
    const run = await startRun(db(), queues, { transform: [], canaryMessages: 4 })
    await stepUntil(db(), run.id, ['waiting'], { context: makeRedriveContext(db(), { settings }) })
    expect(bodies('partner', 'profile-created').toSorted()).toEqual([0, 1, 2, 3].map((index) => `{"partner":${index}}`))
    expect(bodies('partner', 'profile-created-dlq')).toEqual([])
    expect(bodies('home', 'profile-created-dlq')).toHaveLength(4)
    expect(bodies('home', 'profile-created')).toEqual([])
    for (const operation of ['ReceiveMessage', 'SendMessageBatch', 'DeleteMessageBatch'])
      expect([operation, homeCalls(operation)]).toEqual([operation, []])
  })

  test('a redrive to another account reads with one client and sends with the other', async () => {
    await deadLetters(2)
    const run = await startRun(db(), queues, {
      transform: [],
      canaryMessages: 2,
      destinationKind: 'queue',
      destinationQueue: home.source.name,
      destinationUrl: home.source.url,
    })
    await stepUntil(db(), run.id, ['waiting'], { context: makeRedriveContext(db(), { settings }) })
    expect(bodies('home', 'profile-created').toSorted()).toEqual(['{"partner":0}', '{"partner":1}'])
    expect(bodies('partner', 'profile-created-dlq')).toEqual([])
    expect([homeCalls('ReceiveMessage'), partnerCalls('SendMessageBatch')]).toEqual([[], []])
  })

  test('a move task of SQS is refused across accounts', async () => {
    const wanted = { queue: queues.dlq.name, destination: home.source.name, way: 'move-task' } as const
    const whole = { selection: EVERYTHING, transform: [], mostMessages: null }
    await expect(findRoad(db().orm, { ...wanted, ...whole })).rejects.toThrow('stays within one region of one account')
  })
})
