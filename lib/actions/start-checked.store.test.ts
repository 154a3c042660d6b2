import { expect, it } from 'vitest'
import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs'
import { settingsSchema } from '#lib/config/settings.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { md5OfBody } from '#lib/redrive/message-digest.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { listAudit } from '#lib/store/audit.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { writeTaken } from '#lib/store/redrive-ledger.ts'
import { markMetAgain } from '#lib/store/redrive-met-again.ts'
import { getRedrive } from '#lib/store/redrives.ts'
import { aFinding, aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import type { SqsServer } from '#world/sqs/server.ts'
import { approveRedrive } from './approve-redrive.ts'
import { planRedrive } from './plan-redrive.ts'
import { runAction } from './run-action.ts'
import { startRedrive } from './start-redrive.ts'
import { olga, omar, vera } from './fixtures/people.ts'
import { setRedriveSettings, useDeadLetters } from './fixtures/use-dead-letters.ts'

const start = (who = olga, given: Record<string, unknown> = {}) =>
  runAction(startRedrive.definition, who, { id: 1, ...given })
const approve = (who: Person) => runAction(approveRedrive.definition, who, { id: 1 })
const messageOf = async (asked: Promise<{ ok: boolean }>) => JSON.stringify(await asked)

describeStores('a plan on its way to its start', ({ db }) => {
  const { queues, server } = useDeadLetters(db)

  const plan = (given: Record<string, unknown> = {}) =>
    runAction(planRedrive.definition, olga, { queue: queues().dlq.name, ...given })

  it('needs a second person where the settings say so, and never the planner', async () => {
    setRedriveSettings({ approval: [{ queues: '*-dlq', aboveMessages: 3 }] })
    const found = aFinding({ subject: { kind: 'queue', id: queues().dlq.name } })
    await db().transaction(async (tx) => {
      await applyFinding(tx, found, found.detector, found.subject, Date.now())
      await openIncidents(tx, { settings: settingsSchema.parse({}), nowMs: Date.now() })
    })
    await plan()
    expect(await messageOf(start(omar))).toContain(
      'R-1 waits for a second person. Every redrive of *-dlq with more than 3 messages needs a second person. Olga Berg planned it',
    )
    expect(await messageOf(approve(olga))).toContain('You planned R-1, so another operator has to approve it.')
    expect(await messageOf(approve(vera))).toContain('This needs the role operator; yours is viewer.')
    expect(await getRedrive(db().orm, 1)).toMatchObject({ state: 'planned', approvedBy: null })
    expect(await approve(omar)).toMatchObject({ ok: true, data: { approvedBy: 'Omar Reid' } })
    expect(await messageOf(approve(omar))).toContain('R-1 was approved by Omar Reid.')
    expect(await start(olga)).toMatchObject({ ok: true, data: { state: 'canary' } })
    const told = (await listEntries(db().orm, 1)).filter(({ kind }) => kind === 'redrive').map(({ text }) => text)
    expect(told).toContain('R-1: approved by Omar Reid.')
    const audits = (await listAudit(db().orm)).map(({ actor, action, result }) => `${actor} ${action} ${result}`)
    expect(audits.filter((line) => line.includes('approve')).toReversed()).toEqual([
      'person:olga approve-redrive refused',
      'person:vera approve-redrive refused',
      'person:omar approve-redrive done',
      'person:omar approve-redrive refused',
    ])
  })

  it('needs nobody where no rule fits, and then none can approve', async () => {
    setRedriveSettings({ approval: [{ queues: 'orders-*' }, { queues: '*', aboveMessages: 4 }] })
    await plan()
    expect(await messageOf(approve(omar))).toContain('R-1 needs no approval')
    expect(await start()).toMatchObject({ ok: true })
  })

  it('needs the name of the queue where it moves many messages', async () => {
    setRedriveSettings({ confirmAbove: 3 })
    await plan()
    expect(await messageOf(start())).toContain('typed: R-1 moves many messages. Type the name of the queue')
    expect(await start(olga, { typed: queues().dlq.name })).toMatchObject({ ok: true })
  })

  it('asks before a message goes round a third time', async () => {
    for (const id of [101, 102]) {
      const run = { id, sourceQueue: queues().dlq.name }
      const read = {
        messageId: `m-${id}`,
        bodyMd5: md5OfBody('{"traineeTisId":"900101"}'),
        attributesMd5: null,
        personRef: null,
        sentToQueueMs: null,
        receiveCount: 1,
        isCanary: false,
        state: 'read',
        isPossibleDuplicate: false,
        groupId: null,
        fingerprint: null,
      } as const
      await writeTaken(db().orm, { ...run, isRepeatSafe: false }, [read], Date.now())
      const back = { messageId: `m-${id}`, hasComeBack: true, receives: 1, fingerprint: 'f'.repeat(32) }
      await markMetAgain(db().orm, id, [back], Date.now())
    }
    await plan()
    expect(await messageOf(start())).toContain(
      'R-1 asks you to accept first: 1 of 4 messages read came back from a redrive before, at most 2 times.',
    )
    expect(await start(olga, { accepts: ['returns'] })).toMatchObject({ ok: true, data: { state: 'canary' } })
  })

  it('each message of a shared dead-letter queue goes to its own source; of one that does not tell a person decides', async () => {
    const orders = await queues().share('orders')
    await upsertQueues(db().orm, [queues().source, queues().dlq, orders], Date.now(), true)
    await queues().send('{"order":1}', {}, orders)
    await queues().killAll(5, orders)
    await queues().send('{"from":"nowhere"}', {}, queues().dlq)
    expect(await messageOf(plan())).toContain('holds dead letters of orders and profile-created; name one.')
    expect(await plan({ destination: orders.name })).toMatchObject({ ok: true })
    const { aboutMessages, matchedMessages, preflight } = await getRedrive(db().orm, 1)
    expect({ aboutMessages, matchedMessages }).toEqual({ aboutMessages: 2, matchedMessages: 2 })
    const others = [{ queue: queues().source.name, count: 4 }]
    expect(preflight?.messages.origins).toEqual({ sources: 2, unknown: 1, others })
    expect(await messageOf(start())).toContain(
      '1 of 2 messages read does not tell from which of 2 queues it came; this plan sends such messages to orders.',
    )
    expect(await start(olga, { accepts: ['origins'] })).toMatchObject({ ok: true, data: { state: 'canary' } })
  })

  it('refuses a road on which none of the messages came', async () => {
    const orders = await queues().share('orders')
    await upsertQueues(db().orm, [queues().source, queues().dlq, orders], Date.now(), true)
    expect(await messageOf(plan({ destination: orders.name }))).toContain(
      'destination: none of those read came from orders; they are 4 messages of profile-created.',
    )
  })

  it('waits for the end of a move task that somebody else started, also one begun after the plan', async () => {
    await plan()
    await startMoveTask(server())
    expect(await messageOf(start())).toContain('A move task of SQS is running on profile-created-dlq')
  })

  it('takes the listed messages and no other, and the plan says what is frozen', async () => {
    const messageId = server().store.peekAll(queues().dlq.name)[0]?.messageId ?? ''
    await plan({ selection: { messageIds: [messageId, messageId] } })
    const { selection, aboutMessages, matchedMessages } = await getRedrive(db().orm, 1)
    expect(selection).toMatchObject({ messageIds: [messageId], listedBy: 'person' })
    expect({ aboutMessages, matchedMessages }).toEqual({ aboutMessages: 1, matchedMessages: 1 })
  })

  it('a filter over a queue that was read to its end is frozen as the list of what matched', async () => {
    await plan({ selection: { fields: [{ name: 'traineeTisId', test: 'equals', value: '900102' }] } })
    const { selection, aboutMessages, readMessages } = await getRedrive(db().orm, 1)
    expect(selection.messageIds).toHaveLength(1)
    expect({ listedBy: selection.listedBy, aboutMessages, readMessages }).toEqual({
      listedBy: 'look',
      aboutMessages: 1,
      readMessages: 4,
    })
  })

  it('another queue of the inventory can be its destination', async () => {
    const other = aQueue({ name: 'parked', url: queues().source.url })
    await upsertQueues(db().orm, [other], Date.now(), false)
    await plan({ destination: 'parked' })
    expect(await getRedrive(db().orm, 1)).toMatchObject({ destinationQueue: 'parked', destinationKind: 'queue' })
  })
})

/** Somebody moves slowly enough to be met. */
async function startMoveTask({ endpoint, store }: SqsServer): Promise<void> {
  const credentials = { accessKeyId: 'somebody', secretAccessKey: 'x' }
  const client = new SQSClient({ endpoint, region: 'eu-west-2', credentials })
  await client.send(
    new StartMessageMoveTaskCommand({ SourceArn: store.arnOf('profile-created-dlq'), MaxNumberOfMessagesPerSecond: 1 }),
  )
  client.destroy()
}
