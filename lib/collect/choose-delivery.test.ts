import { describe, expect, test } from 'vitest'
import type { WaitingMessage } from '#lib/store/outbox-delivery.ts'
import { chooseDelivery, LATE_MS } from './choose-delivery.ts'

const NOW = 1_000_000_000_000

/** A message that waits and is due, of an incident whose root was told. */
function waiting(id: number, kind: WaitingMessage['kind'], given: Partial<WaitingMessage> = {}): WaitingMessage {
  return {
    id,
    incident: 7,
    isOver: false,
    kind,
    state: 'pending',
    attempts: 0,
    createdMs: NOW - 1000,
    nextAttemptMs: NOW,
    rootId: kind === 'root' ? null : '1.000001',
    isRootGone: false,
    givenUpRoot: null,
    ...given,
  }
}

const untold = { rootId: null }
const later = { nextAttemptMs: NOW + 1 }
const old = { createdMs: NOW - LATE_MS - 1 }
const choose = (...messages: readonly WaitingMessage[]) => chooseDelivery(messages, NOW)
const skipped = (step: ReturnType<typeof choose>): number[] =>
  step === null || step.kind === 'ask' ? [] : step.skips.flatMap(({ ids }) => ids)

describe('within an incident', () => {
  test('nothing comes before the root, whether it is due or not', () => {
    const rest = [waiting(2, 'thread', untold), waiting(3, 'update', untold)]
    expect(choose(waiting(1, 'root'), ...rest)).toMatchObject({ kind: 'tell', id: 1, rootId: null })
    expect(choose(waiting(1, 'root', later), ...rest)).toBeNull()
    expect(choose(waiting(1, 'root', { state: 'failed', ...later }), ...rest)).toBeNull()
    expect(choose(...rest)).toBeNull()
  })

  test('a root takes the newest content, so that the incident is told as it stands', () => {
    const step = choose(
      waiting(1, 'root'),
      waiting(2, 'update', untold),
      waiting(4, 'update', untold),
      waiting(5, 'thread', untold),
    )
    expect(step).toMatchObject({ kind: 'tell', id: 1, contentOf: 4 })
    expect(skipped(step)).toEqual([2, 4])
  })

  test('of several updates only the newest is told, and not while an older one may be under way', () => {
    const step = choose(waiting(2, 'update'), waiting(3, 'update', { state: 'attempted' }), waiting(5, 'update'))
    expect(step).toMatchObject({ kind: 'tell', id: 5, rootId: '1.000001' })
    expect(skipped(step)).toEqual([2, 3])
    expect(choose(waiting(3, 'update', { state: 'attempted', ...later }), waiting(5, 'update'))).toBeNull()
  })

  test('entries are told in their order', () => {
    expect(choose(waiting(2, 'thread'), waiting(3, 'thread'))).toMatchObject({ kind: 'tell', id: 2 })
    expect(choose(waiting(2, 'thread', { state: 'attempted', ...later }), waiting(3, 'thread'))).toBeNull()
    expect(choose(waiting(2, 'thread', later), waiting(3, 'thread'))).toBeNull()
  })

  test('an entry that is refused does not hold up those after it', () => {
    const refused = waiting(2, 'thread', { state: 'failed' })
    expect(choose(refused, waiting(3, 'thread'))).toMatchObject({ id: 3 })
    expect(choose(refused, waiting(3, 'thread', later))).toMatchObject({ kind: 'tell', id: 2 })
  })

  test('what was told below a message that is no more is given up', () => {
    const gone = { isRootGone: true }
    const step = choose(waiting(2, 'thread', gone), waiting(3, 'update', gone))
    expect(step?.kind).toBe('skip')
    expect(skipped(step)).toEqual([2, 3])
  })
})

describe('what may have been told', () => {
  test('is asked for before it is told again, but for an update, which may be told twice', () => {
    const attempted = { state: 'attempted' } as const
    expect(choose(waiting(1, 'root', attempted))).toEqual({ kind: 'ask', id: 1, rootId: null })
    expect(choose(waiting(2, 'thread', attempted))).toEqual({ kind: 'ask', id: 2, rootId: '1.000001' })
    expect(choose(waiting(2, 'update', attempted))).toMatchObject({ kind: 'tell', id: 2 })
  })

  test('is asked for even when it is too late to be told', () => {
    expect(choose(waiting(1, 'root', { state: 'attempted', isOver: true, ...old }))).toMatchObject({ kind: 'ask' })
  })

  test('waits until no call can be under way', () => {
    expect(choose(waiting(1, 'root', { state: 'attempted', ...later }))).toBeNull()
  })
})

/** An incident of which nothing was told for a day, with what was said of it since. */
const untoldForADay = (given: Partial<WaitingMessage>): WaitingMessage[] => [
  waiting(1, 'root', { ...old, ...given }),
  waiting(2, 'thread', { ...old, ...untold, ...given }),
  waiting(3, 'update', { ...untold, ...given }),
  waiting(4, 'thread', { ...untold, ...given }),
]

describe('what could not be told for a day', () => {
  test('is one message of how an open incident stands, without what was said before', () => {
    const step = choose(...untoldForADay({}))
    expect(step).toMatchObject({ kind: 'tell', id: 1, contentOf: 3 })
    expect(skipped(step)).toEqual([3, 2])
  })

  test('is nothing of an incident that is over', () => {
    const step = choose(...untoldForADay({ isOver: true }))
    expect(step?.kind).toBe('skip')
    expect(skipped(step)).toEqual([1, 2, 3, 4])
  })

  test('is told after all when the incident is open again', () => {
    const reopened = { ...untold, givenUpRoot: 1 }
    const step = choose(waiting(8, 'thread', reopened), waiting(9, 'update', reopened))
    expect(step).toMatchObject({ kind: 'tell', id: 1, contentOf: 9 })
    expect(skipped(step)).toEqual([9])
    expect(choose(waiting(9, 'update', { ...reopened, isOver: true }))?.kind).toBe('skip')
  })

  test('is still told below a message that people know', () => {
    expect(choose(waiting(2, 'thread', old))).toMatchObject({ kind: 'tell', id: 2 })
  })
})

test('news of an incident comes before the stories of others, and those in their order', () => {
  const messages = [
    waiting(1, 'thread', { incident: 1 }),
    waiting(2, 'update', { incident: 2 }),
    waiting(3, 'root', { incident: 3 }),
    waiting(4, 'thread', { incident: 4 }),
  ]
  const order: number[] = []
  for (let left = messages; left.length > 0;) {
    const step = choose(...left)
    if (step?.kind !== 'tell') break
    order.push(step.id)
    left = left.filter(({ id }) => id !== step.id)
  }
  expect(order).toEqual([3, 2, 1, 4])
  expect(choose()).toBeNull()
})
