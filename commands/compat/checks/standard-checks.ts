import assert from 'node:assert/strict'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { countLedger } from '#lib/store/read-ledger.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import { groupOf } from '#lib/redrive/group-of.ts'
import { heldMessageOf } from '#lib/redrive/held-message.ts'
import { md5OfMessageAttributes } from '#e2e/conformance/md5.ts'
import * as probes from '#commands/compat/probes.ts'
import type { RedriveCheck } from '#commands/compat/redrive-check.ts'
import type { Pair, RedriveStand, Taken } from '#commands/compat/redrive-stand.ts'

const JAVA_TYPE = { JavaType: { DataType: 'String', StringValue: 'uk.nhs.tis.ProfileCreateEvent' } }

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `{"traineeTisId":"${900_100 + at}"}`)
}

const bodiesOf = (taken: readonly Taken[]): string[] => taken.map(({ body }) => body).toSorted()

async function fillDlq(stand: RedriveStand, { dlq }: Pair, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await stand.send(dlq, body, { MessageAttributes: JAVA_TYPE })
}

async function assertLedger(stand: RedriveStand, id: number, deleted: number): Promise<void> {
  const { deleted: found, possibleDuplicates, refused } = await countLedger(stand.db.orm, id)
  assert.deepEqual({ deleted: found, possibleDuplicates, refused }, { deleted, possibleDuplicates: 0, refused: 0 })
}

const toSource: RedriveCheck = {
  id: 'redrive-to-source',
  title: 'messages that were received too often go back to their source, none lost and none doubled',
  needs: [probes.deadLetters],
  async run(stand) {
    const pair = await stand.makePair()
    const bodies = numbered(23)
    for (const body of bodies) await stand.send(pair.source, body)
    await stand.killAll(pair, 23)
    const { id } = await stand.moveAll(await stand.start(pair))
    assert.deepEqual(bodiesOf(await stand.takeAll(pair.source, 23)), bodies)
    await stand.takeAll(pair.dlq, 0)
    await assertLedger(stand, id, 23)
  },
}

const everyCharacter: RedriveCheck = {
  id: 'redrive-body',
  title: 'a body comes out byte for byte, beyond the basic plane too',
  needs: [probes.everyCharacter],
  async run(stand) {
    const pair = await stand.makePair()
    await stand.send(pair.dlq, probes.EVERY_CHARACTER)
    await stand.until(await stand.start(pair), ['waiting'])
    assert.equal((await stand.takeAll(pair.source, 1))[0]?.body, probes.EVERY_CHARACTER)
  },
}

const everyType: RedriveCheck = {
  id: 'redrive-attributes',
  title: 'attributes of every type come out byte for byte',
  needs: [probes.everyType],
  async run(stand) {
    const pair = await stand.makePair()
    const body = '{"name":"Zoë", "n": 1.0 }\n'
    await stand.send(pair.dlq, body, { MessageAttributes: probes.EVERY_TYPE })
    await stand.until(await stand.start(pair), ['waiting'])
    const [taken] = await stand.takeAll(pair.source, 1)
    assert.equal(taken?.body, body)
    assert.deepEqual(taken?.attributeNames, Object.keys(probes.EVERY_TYPE).toSorted())
    assert.equal(taken?.attributesMd5, md5OfMessageAttributes(probes.EVERY_TYPE))
  },
}

const trace: RedriveCheck = {
  id: 'redrive-trace-header',
  title: 'the trace header goes along',
  needs: [probes.traceHeader],
  async run(stand) {
    const pair = await stand.makePair()
    const AWSTraceHeader = { DataType: 'String', StringValue: probes.TRACE }
    await stand.send(pair.dlq, 'traced', { MessageSystemAttributes: { AWSTraceHeader } })
    await stand.until(await stand.start(pair), ['waiting'])
    assert.equal((await stand.takeAll(pair.source, 1))[0]?.trace, probes.TRACE)
  },
}

const fairGroup: RedriveCheck = {
  id: 'redrive-fair-group',
  title: 'the group by which a standard queue gives fair turns goes along',
  needs: [probes.fairGroups],
  async run(stand) {
    const pair = await stand.makePair()
    await stand.send(pair.dlq, 'tenant', { MessageGroupId: 'tenant-7' })
    await stand.until(await stand.start(pair), ['waiting'])
    assert.equal((await stand.takeAll(pair.source, 1))[0]?.group, 'tenant-7')
  },
}

const inPlace: RedriveCheck = {
  id: 'redrive-in-place',
  title: 'a queue is healed in place, without the attribute, and none is picked up twice',
  needs: [],
  async run(stand) {
    const { dlq: alone } = await stand.makePair()
    const bodies = numbered(17)
    await fillDlq(stand, { source: alone, dlq: alone }, bodies)
    const transform = [{ kind: 'remove-attribute', name: 'JavaType' }] as const
    const run = await stand.start({ source: alone, dlq: alone }, { mode: 'in-place', transform: [...transform] })
    await stand.moveAll(run)
    await assertLedger(stand, run.id, 17)
    const taken = await stand.takeAll(alone, 17)
    assert.deepEqual(bodiesOf(taken), bodies)
    assert.deepEqual([...new Set(taken.flatMap(({ attributeNames }) => attributeNames))], [])
  },
}

const selection: RedriveCheck = {
  id: 'redrive-selection',
  title: 'what a filter leaves out stays, and can be received at once',
  needs: [probes.visibility],
  async run(stand) {
    const pair = await stand.makePair()
    for (const body of numbered(12)) await stand.send(pair.dlq, body)
    await fillDlq(stand, pair, ['{"wanted":1}', '{"wanted":2}', '{"wanted":3}'])
    const attributes = [{ name: 'JavaType', test: 'present' as const, value: null }]
    await stand.moveAll(await stand.start(pair, { selection: { ...EVERYTHING, attributes }, holdSeconds: 30 }))
    assert.deepEqual(bodiesOf(await stand.takeAll(pair.source, 3)), ['{"wanted":1}', '{"wanted":2}', '{"wanted":3}'])
    assert.deepEqual(bodiesOf(await stand.takeAll(pair.dlq, 12)), numbered(12))
  },
}

const held: RedriveCheck = {
  id: 'redrive-held-group',
  title: 'a group that somebody holds stays, and everything else is moved',
  needs: [],
  async run(stand) {
    const pair = await stand.makePair()
    await stand.send(pair.dlq, '{"poison":true}')
    const received = await stand.receive(pair.dlq, 0)
    const [poison] = received.flatMap((message) => heldMessageOf(message, null) ?? [])
    assert.ok(poison, 'the message to hold is received')
    const place = { queue: pair.dlq.name, fingerprint: groupOf(poison) }
    const mark = { note: null, owner: null, isHeld: true, ticketUrl: null }
    await setGroupMark(stand.db.orm, place, mark, 'Rita', Date.now())
    await fillDlq(stand, pair, numbered(8))
    await stand.moveAll(await stand.start(pair))
    assert.deepEqual(bodiesOf(await stand.takeAll(pair.source, 8)), numbered(8))
    assert.deepEqual(bodiesOf(await stand.takeAll(pair.dlq, 1)), ['{"poison":true}'])
  },
}

const stop: RedriveCheck = {
  id: 'redrive-stop',
  title: 'stopped in the middle, every message is in one of the two queues, once',
  needs: [],
  async run(stand) {
    const pair = await stand.makePair()
    const bodies = numbered(40)
    await fillDlq(stand, pair, bodies)
    const run = await stand.start(pair, { perSecond: 10, holdSeconds: 10 })
    const moved = await stand.takeAll(pair.source, await stand.stopAfter(run, 10))
    const left = await stand.takeAll(pair.dlq, 40 - moved.length)
    assert.ok(moved.length >= 10 && left.length > 0, `${moved.length} moved, ${left.length} left`)
    assert.deepEqual(bodiesOf([...moved, ...left]), bodies)
  },
}

const cameBack: RedriveCheck = {
  id: 'redrive-came-back',
  title: 'a first message that dies again stops the redrive, and the others stay',
  needs: [probes.deadLetters],
  async run(stand) {
    const pair = await stand.makePair({ maxReceiveCount: 1 })
    for (const body of numbered(3)) await stand.send(pair.source, body)
    await stand.killAll(pair, 3)
    const run = await stand.start(pair)
    await stand.until(run, ['waiting'])
    const stopped = await stand.until(run, ['stopped'], () => stand.receive(pair.source, 0))
    assert.equal(stopped.canaryFate, 'came-back')
    assert.deepEqual(bodiesOf(await stand.takeAll(pair.dlq, 3)), numbered(3))
  },
}

export const standardChecks: readonly RedriveCheck[] = [
  toSource,
  everyCharacter,
  everyType,
  trace,
  fairGroup,
  inPlace,
  selection,
  held,
  stop,
  cameBack,
]
