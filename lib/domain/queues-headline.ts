import { counted, figure, listed } from './count-words.ts'
import {
  blindClause,
  blindHeadline,
  headlineOf,
  troubleClause,
  unconnectedHeadline,
  type Clause,
  type Clock,
  type Headline,
  type SourceSight,
  type Trouble,
} from './headline.ts'
import type { QueueVerdict } from './queue-truth.ts'
import { sinceWords } from './when-words.ts'

export interface QueuesFacts {
  readonly clock: Clock
  /** Queues that need a hand, worst first. */
  readonly troubles: readonly Trouble[]
  /** The sources of queues alone: SQS and CloudWatch. */
  readonly sources: readonly SourceSight[]
  readonly firstMissing: string | null
  readonly queueCount: number
  /** Names of the queues whose state is not known, in the page's order. */
  readonly unknown: readonly string[]
}

/** The sentence of the page of all queues. */
export function queuesHeadline(facts: QueuesFacts): Headline {
  const unconnected = unconnectedHeadline(facts.sources, facts.firstMissing, 'Queues are not connected yet')
  if (unconnected !== null) return unconnected
  const trouble = troubleClause(facts.troubles, facts.clock)
  const blind = blindClause(facts.sources, facts.clock)
  if (trouble !== null) return headlineOf(trouble, blind)
  if (blind !== null) return blindHeadline(blind)
  if (facts.queueCount === 0) return noQueues(facts.sources)
  return headlineOf(facts.unknown.length === 0 ? calm(facts.queueCount) : partly(facts))
}

function calm(queueCount: number): Clause {
  const text =
    queueCount === 1
      ? 'The one queue is read, and it needs no hand'
      : `All ${figure(queueCount)} queues are read, and none needs a hand`
  return { truth: 'ok', text, short: 'All queues well' }
}

function partly({ unknown, queueCount }: QueuesFacts): Clause {
  const which = unknown.length <= 3 ? listed(unknown) : `${unknown.length} of ${counted(queueCount, 'queue')}`
  return {
    truth: 'unknown',
    text: `We do not know how ${which} ${unknown.length === 1 ? 'is' : 'are'} doing`,
    short: `${unknown.length} not known`,
  }
}

function noQueues(sources: readonly SourceSight[]): Headline {
  const sqs = sources.find((source) => source.id === 'sqs')
  if (sqs?.state === 'ok')
    return headlineOf({ truth: 'unknown', text: 'SQS answers, but it shows us no queue', short: 'No queues' })
  return headlineOf({
    truth: 'unknown',
    text: 'We do not know the queues yet: SQS has not been read',
    short: 'Not known yet',
  })
}

export interface QueueFacts {
  readonly clock: Clock
  readonly name: string
  readonly verdict: QueueVerdict
  /** Troubles of this queue and of its dead-letter queue, worst first. */
  readonly troubles: readonly Trouble[]
  /** When a complete inventory no longer had it; null while it exists. */
  readonly goneMs: number | null
  readonly deadLetterOf: readonly string[]
}

/** The sentence of one queue's page. */
export function queueHeadline(facts: QueueFacts): Headline {
  const { clock, name, verdict } = facts
  const since = (atMs: number | null): string =>
    atMs === null ? '' : ` ${sinceWords(atMs, clock.nowMs, clock.timeZone)}`
  if (facts.goneMs !== null)
    return headlineOf({
      truth: 'unknown',
      text: `${name} is gone from SQS${since(facts.goneMs)}`,
      short: `${name} is gone`,
    })
  const trouble = troubleClause(facts.troubles, clock)
  if (trouble !== null) return headlineOf(trouble)
  if (verdict.truth === 'bad')
    return headlineOf({
      truth: 'bad',
      text: `${name}: ${verdict.word}${since(verdict.sinceMs)}`,
      short: `${name}: ${verdict.word}`,
    })
  if (verdict.truth !== 'ok') return unseen(facts, since(verdict.sinceMs))
  const of = facts.deadLetterOf.length === 0 ? '' : `, the dead-letter queue of ${listed(facts.deadLetterOf)},`
  const is = /^\d/.test(verdict.word) ? `has ${verdict.word}` : `is ${verdict.word}`
  return headlineOf({ truth: 'ok', text: `${name}${of} ${is}`, short: `${name}: ${verdict.word}` })
}

function unseen({ name, verdict }: QueueFacts, since: string): Headline {
  if (verdict.word === 'not read yet')
    return headlineOf({ truth: 'unknown', text: `We have not read ${name} yet`, short: `${name}: not read yet` })
  if (verdict.word !== 'not seen')
    return headlineOf({ truth: 'unknown', text: `${name}: ${verdict.word}${since}`, short: `${name}: ${verdict.word}` })
  return blindHeadline({ truth: 'unknown', text: `we cannot see ${name}${since}`, short: `Cannot see ${name}` })
}
