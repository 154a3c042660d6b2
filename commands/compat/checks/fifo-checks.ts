import assert from 'node:assert/strict'
import type { Queue } from '#lib/domain/queue.ts'
import { countLedger } from '#lib/store/read-ledger.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import { md5OfMessageAttributes } from '#e2e/conformance/md5.ts'
import * as probes from '#commands/compat/probes.ts'
import type { RedriveCheck } from '#commands/compat/redrive-check.ts'
import type { RedriveStand, Taken } from '#commands/compat/redrive-stand.ts'

const GROUPS = ['a', 'b', 'c']
const JAVA_TYPE = { JavaType: { DataType: 'String', StringValue: 'x' } }

/** So many messages in each group, mixed, numbered within it. */
async function fill(stand: RedriveStand, queue: Queue, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1)
    for (const group of GROUPS)
      await stand.send(queue, `${group}${number}`, { MessageGroupId: group, MessageAttributes: JAVA_TYPE })
}

function numbered(group: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${group}${from + at}`)
}

const bodiesIn = (taken: readonly Taken[], group: string): string[] =>
  taken.filter((each) => each.group === group).map(({ body }) => body)

const toSource: RedriveCheck = {
  id: 'redrive-fifo-to-source',
  title: 'dead letters of a FIFO queue go back, each group in its order',
  needs: [probes.fifo],
  async run(stand) {
    const pair = await stand.makePair({ isFifo: true })
    await fill(stand, pair.dlq, 6)
    const { id } = await stand.moveAll(await stand.start(pair, { acceptsInterleaving: true }))
    const taken = await stand.takeAll(pair.source, 18)
    for (const group of GROUPS) assert.deepEqual(bodiesIn(taken, group), numbered(group, 1, 6))
    await stand.takeAll(pair.dlq, 0)
    assert.equal((await countLedger(stand.db.orm, id)).possibleDuplicates, 0)
  },
}

const attributes: RedriveCheck = {
  id: 'redrive-fifo-attributes',
  title: 'group, body and attributes of every type of a FIFO message come out byte for byte',
  needs: [probes.fifo, probes.everyType],
  async run(stand) {
    const pair = await stand.makePair({ isFifo: true })
    const body = '{"a": 1.0, "b":"\\u2028 \\" Ünï" }'
    await stand.send(pair.dlq, body, { MessageGroupId: 'Group!1', MessageAttributes: probes.EVERY_TYPE })
    await stand.until(await stand.start(pair, { acceptsInterleaving: true }), ['waiting'])
    const [taken] = await stand.takeAll(pair.source, 1)
    assert.deepEqual([taken?.body, taken?.group], [body, 'Group!1'])
    assert.equal(taken?.attributesMd5, md5OfMessageAttributes(probes.EVERY_TYPE))
  },
}

const inPlace: RedriveCheck = {
  id: 'redrive-fifo-in-place',
  title: 'a FIFO queue is healed in place, its groups whole and in their order',
  needs: [probes.fifo],
  async run(stand) {
    // It has no dead-letter queue of its own.
    const { dlq: alone } = await stand.makePair({ isFifo: true })
    await fill(stand, alone, 4)
    const run = await stand.start(
      { source: alone, dlq: alone },
      {
        mode: 'in-place',
        acceptsInterleaving: true,
        transform: [{ kind: 'remove-attribute', name: 'JavaType' }],
      },
    )
    await stand.moveAll(run)
    const taken = await stand.takeAll(alone, 12)
    for (const group of GROUPS) assert.deepEqual(bodiesIn(taken, group), numbered(group, 1, 4))
    assert.deepEqual([...new Set(taken.flatMap(({ attributeNames }) => attributeNames))], [])
  },
}

const selection: RedriveCheck = {
  id: 'redrive-fifo-selection',
  title: 'of a FIFO queue only what the filter names is moved, in order; the rest stays in its order',
  needs: [probes.fifo, probes.visibility],
  async run(stand) {
    const pair = await stand.makePair({ isFifo: true })
    await stand.send(pair.dlq, 'z1', { MessageGroupId: 'z' })
    await fill(stand, pair.dlq, 2)
    await stand.send(pair.dlq, 'z2', { MessageGroupId: 'z' })
    const filter = { ...EVERYTHING, attributes: [{ name: 'JavaType', test: 'present' as const, value: null }] }
    await stand.moveAll(await stand.start(pair, { selection: filter, acceptsInterleaving: true }))
    const taken = await stand.takeAll(pair.source, 6)
    for (const group of GROUPS) assert.deepEqual(bodiesIn(taken, group), numbered(group, 1, 2))
    assert.deepEqual(bodiesIn(await stand.takeAll(pair.dlq, 2), 'z'), ['z1', 'z2'])
  },
}

const stop: RedriveCheck = {
  id: 'redrive-fifo-stop',
  title: 'stopped in the middle, each group is whole over the two queues, its beginning in the source',
  needs: [probes.fifo],
  async run(stand) {
    const pair = await stand.makePair({ isFifo: true })
    await fill(stand, pair.dlq, 10)
    const run = await stand.start(pair, { perSecond: 5, holdSeconds: 10, acceptsInterleaving: true })
    const moved = await stand.takeAll(pair.source, await stand.stopAfter(run, 6))
    const left = await stand.takeAll(pair.dlq, 30 - moved.length)
    assert.ok(moved.length >= 6 && left.length > 0, `${moved.length} moved, ${left.length} left`)
    for (const group of GROUPS)
      assert.deepEqual([...bodiesIn(moved, group), ...bodiesIn(left, group)], numbered(group, 1, 10))
  },
}

export const fifoChecks: readonly RedriveCheck[] = [toSource, attributes, inPlace, selection, stop]
