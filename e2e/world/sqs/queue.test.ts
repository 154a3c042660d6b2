import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { AWS_LIMITS } from './limits.ts'
import { md5Hex, newMessageId } from './message.ts'
import type { MessageContent, StoredMessage } from './message.ts'
import { Queue } from './queue.ts'

function content(body: string, groupId: string): MessageContent {
  return {
    messageId: newMessageId(),
    body,
    md5OfBody: md5Hex(body),
    attributes: undefined,
    md5OfAttributes: undefined,
    traceHeader: undefined,
    senderId: 'test',
    sizeBytes: body.length,
    groupId,
    deduplicationId: undefined,
  }
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), delaySeconds: fc.nat(5), group: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }), seconds: fc.nat(10) }),
  fc.record({ kind: fc.constant('delete' as const), index: fc.nat(30) }),
  fc.record({ kind: fc.constant('hide' as const), index: fc.nat(30), seconds: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('release' as const), index: fc.nat(30) }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(12) }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** A queue driven step by step, with every message it ever handed out. */
class Drive {
  readonly queue: Queue
  readonly received: StoredMessage[] = []
  deleted = 0
  sent = 0
  #nowMs = 1_000_000

  constructor(name: string) {
    this.queue = new Queue({ name, arn: `arn:aws:sqs:x:0:${name}`, limits: AWS_LIMITS, now: () => this.#nowMs })
  }

  run(next: Step): StoredMessage[] {
    this.queue.settle()
    if (next.kind === 'send') {
      this.sent += 1
      this.queue.insert(content(`${this.sent}`, next.group), next.delaySeconds)
    } else if (next.kind === 'receive') return this.receive(next.max, next.seconds)
    else if (next.kind === 'wait') this.#nowMs += next.seconds * 1000
    else {
      const message = this.received[next.index]
      if (message === undefined || message.state === 'gone') return []
      if (next.kind === 'hide') this.queue.hide(message, this.#nowMs + next.seconds * 1000)
      else if (next.kind === 'release') this.queue.release(message)
      else {
        this.queue.remove(message)
        this.deleted += 1
      }
    }
    return []
  }

  receive(max: number, seconds: number): StoredMessage[] {
    this.queue.settle()
    const taken = this.queue.take(max, (message) => {
      message.receivesHere += 1
      this.queue.hide(message, this.#nowMs + seconds * 1000)
      return true
    })
    this.received.push(...taken)
    return taken
  }

  /** Lets every delay and timeout run out, then empties the queue. */
  drain(): string[] {
    this.#nowMs += 60_000
    const bodies: string[] = []
    for (;;) {
      const taken = this.receive(10, 30)
      if (taken.length === 0) return bodies
      for (const message of taken) {
        bodies.push(message.body)
        this.queue.remove(message)
      }
    }
  }
}

function countsOf(queue: Queue): Queue['counts'] {
  const counts = { visible: 0, delayed: 0, inFlight: 0 }
  for (const { state } of queue.messages()) {
    if (state === 'visible') counts.visible += 1
    else if (state === 'delayed') counts.delayed += 1
    else if (state === 'in-flight') counts.inFlight += 1
  }
  return counts
}

for (const name of ['standard', 'ordered.fifo']) {
  it(`keeps count of ${name} messages, hands none out twice at once, and loses none`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const drive = new Drive(name)
        for (const next of steps) {
          const taken = drive.run(next)
          expect(new Set(taken).size).toBe(taken.length)
          expect(drive.queue.counts).toEqual(countsOf(drive.queue))
        }
        const left = drive.sent - drive.deleted
        const drained = drive.drain()
        expect(new Set(drained).size).toBe(left)
        expect(drained).toHaveLength(left)
        expect(drive.queue.counts).toEqual({ visible: 0, delayed: 0, inFlight: 0 })
      }),
      { numRuns: 300 },
    )
  })
}

it('gives the messages of a group in their order whatever happened to them', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const drive = new Drive('ordered.fifo')
      const groupOf = new Map<string, string>()
      for (const next of steps) {
        drive.run(next)
        if (next.kind === 'send') groupOf.set(`${drive.sent}`, next.group)
      }
      const drained = drive.drain()
      for (const group of ['a', 'b', 'c']) {
        const numbers = drained.filter((body) => groupOf.get(body) === group).map(Number)
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      }
    }),
    { numRuns: 300 },
  )
})
