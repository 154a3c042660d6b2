import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { settingsSchema } from '#lib/config/settings.ts'

import { listen } from './listen.ts'
import type { Listening } from './listen.ts'
import { QUEUE_NAMES } from './queues.ts'
import { readJson } from './read-body.ts'
import { connectSqs } from './services/connect-sqs.ts'
import { startWorld } from './world.ts'
import type { World } from './world.ts'

let world: World
let app: Listening
const marks: { authorization: string | undefined; body: unknown }[] = []

beforeAll(async () => {
  app = await listen(async (request, response) => {
    if (request.url === '/api/ingest/marks')
      marks.push({ authorization: request.headers.authorization, body: await readJson(request) })
    response.writeHead(202).end()
  })
  world = await startWorld({ speed: 30, traffic: false, queues: 4, appUrl: app.url, ingestToken: 'ingest-1' })
})

afterAll(async () => {
  await world.stop()
  await app.stop()
})

async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${world.endpoints.control}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

const redrivePolicy = async (): Promise<string | undefined> => {
  const sqs = connectSqs(world.endpoints.sqs, 'infrastructure')
  const answer = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: world.queues.profileCreated, AttributeNames: ['RedrivePolicy'] }),
  )
  sqs.destroy()
  return answer.Attributes?.['RedrivePolicy']
}

describe('the sandbox', () => {
  test('gives settings that Spillway accepts, and says in them what is shortened', () => {
    const settings = settingsSchema.parse(world.settings)
    expect(settings.sandbox?.note).toContain('speed 30')
    expect(settings.flow[0]).toMatchObject({ queue: QUEUE_NAMES.profileCreated, profilesIn: true })
    expect(world.env['AWS_ENDPOINT_URL_SQS']).toBe(world.endpoints.sqs)
  })

  test('moves by itself nothing without traffic', () => {
    expect(world.record.listProfiles()).toEqual([])
    expect(world.sqs.store.measure(QUEUE_NAMES.profileCreated).counters.sent).toBe(0)
  })

  test('tells Spillway and Sentry of the deploy that breaks the consumer', async () => {
    expect((await post('/faults/consumer-upgraded', { on: true })).status).toBe(200)
    expect(marks.at(-1)).toMatchObject({
      authorization: 'Bearer ingest-1',
      body: {
        kind: 'deploy',
        service: 'tis-trainee-sync',
        title: 'tis-trainee-sync 1.18.2 deployed',
        version: '1.18.2',
      },
    })
    expect(world.sentry.store.listReleases()[0]?.version).toBe('tis-trainee-sync@1.18.2')
    await world.faults.set('consumer-upgraded', false)
    expect(world.sentry.store.listReleases()[0]?.version).toBe('tis-trainee-sync@1.18.3')
  })

  test('takes and gives the dead-letter queue of profile-created', async () => {
    expect(await redrivePolicy()).toBeUndefined()
    await world.faults.set('no-dlq', false)
    expect(JSON.parse((await redrivePolicy()) ?? '{}')).toMatchObject({
      deadLetterTargetArn: expect.stringContaining(`${QUEUE_NAMES.profileCreated}-dlq`),
    })
    await world.faults.set('no-dlq', true)
    expect(await redrivePolicy()).toBeUndefined()
  })

  test('switches each upstream off and on again', async () => {
    const statuses = async (): Promise<number[]> => {
      const sentry = await fetch(`${world.endpoints.sentry}/api/0/organizations/tis/projects/`, {
        headers: { authorization: `Bearer ${world.sentry.token}` },
      })
      const slack = await fetch(`${world.endpoints.slack}/api/auth.test`, {
        headers: { authorization: `Bearer ${world.slack.token}` },
      })
      const cloudwatch = await fetch(world.endpoints.cloudwatch, {
        method: 'POST',
        headers: { 'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms' },
        body: '{}',
      })
      const sqs = await fetch(world.endpoints.sqs, {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonSQS.ListQueues' },
        body: '{}',
      }).then(
        (response) => response.status,
        () => 0,
      )
      return [sentry.status, slack.status, cloudwatch.status, sqs]
    }
    expect(await statuses()).toEqual([200, 200, 200, 200])
    for (const id of ['sentry-down', 'slack-down', 'aws-down'] as const) await world.faults.set(id, true)
    expect(await statuses()).toEqual([503, 503, 503, 0])
    await world.faults.set('cloudwatch-down', true)
    for (const id of ['sentry-down', 'slack-down', 'aws-down'] as const) await world.faults.set(id, false)
    expect(await statuses()).toEqual([200, 200, 503, 200])
    await world.faults.set('cloudwatch-down', false)
    expect(await statuses()).toEqual([200, 200, 200, 200])
  })
})

describe('the control server', () => {
  test('creates people on demand, and its record, state and log tell what came of it', async () => {
    expect((await post('/profiles', { count: 2 })).status).toBe(200)
    await world.settle()
    const state = z
      .looseObject({
        profiles: z.number(),
        outcomes: z.record(z.string(), z.number()),
        recentCalls: z.array(z.object({ caller: z.string(), operation: z.string(), count: z.number() })),
      })
      .parse(await (await fetch(`${world.endpoints.control}/state`)).json())
    expect(state.profiles).toBe(2)
    expect(
      state.recentCalls.find(({ caller, operation }) => caller === 'sync' && operation === 'sqs DeleteMessage')?.count,
    ).toBe(2)
    const record = z
      .looseObject({ profiles: z.array(z.unknown()), outcomes: z.array(z.unknown()) })
      .parse(await (await fetch(`${world.endpoints.control}/record`)).json())
    expect([record.profiles.length, record.outcomes.length]).toEqual([2, world.record.listOutcomes().length])
    const log = z
      .object({ calls: z.array(z.looseObject({ seq: z.number() })), lastSeq: z.number() })
      .parse(await (await fetch(`${world.endpoints.control}/log?afterSeq=${world.log.lastSeq - 3}`)).json())
    expect(log.calls.length).toBeGreaterThanOrEqual(3)
  })

  test('refuses what it cannot do, with the way out', async () => {
    expect(await post('/faults/producer-adds-javatype', { on: true })).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('--story producer') },
    })
    expect(await post('/faults/nonsense', { on: true })).toMatchObject({ status: 404 })
    expect(await post('/profiles', { count: 0 })).toMatchObject({ status: 400 })
    expect(await post('/faults/slack-down', {})).toMatchObject({ status: 400 })
    expect((await fetch(`${world.endpoints.control}/nowhere`)).status).toBe(404)
  })

  test('shows a page that opens with a true sentence, and its buttons bring one back to it', async () => {
    const page = async (): Promise<string> => (await fetch(world.endpoints.control)).text()
    expect(await page()).toContain('<h1>Nothing is broken on purpose; ')
    const pressed = await fetch(`${world.endpoints.control}/faults/bounce-storm`, {
      method: 'POST',
      body: new URLSearchParams({ on: 'true' }),
      redirect: 'manual',
    })
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/'])
    expect(await page()).toContain('<h1>One thing is broken on purpose; ')
    await world.faults.set('bounce-storm', false)
  })
})
