import type { Queue } from '#lib/domain/queue.ts'
import type { PollContext } from './define-source.ts'
import { beatAfter, dlqArnsOf, isDue, type BeatRule, type BeatSubject } from './queue-beats.ts'
import type { QueueRead } from './read-queues.ts'

/** Whose turn it is in one poll. */
export interface Turn {
  /** Queues to ask, dead-letter queues first: where SQS throttles, they are served before others. */
  readonly dueUrls: readonly string[]
  /** All that were listed. */
  readonly urls: readonly string[]
  readonly known: ReadonlyMap<string, Queue>
  readonly subjectOf: (queue: Queue | undefined) => BeatSubject
  readonly rule: BeatRule
  /** Start of the poll, epoch ms: beats count from it, so that a queue that is answered late in a long poll does not miss the next one. */
  readonly startMs: number
}

/** Chooses from the listed queues those whose reading is due; one that is new is due at once. */
export function takeTurn(
  { queues, settings }: PollContext,
  urls: readonly string[],
  { rule, startMs }: Pick<Turn, 'rule' | 'startMs'>,
): Turn {
  const known = new Map(queues.map((queue) => [queue.url, queue]))
  const dlqArns = dlqArnsOf(queues)
  const watched = new Set([
    ...settings.flow.map(({ queue }) => queue),
    ...settings.metrics.flatMap(({ series }) => (series.startsWith('sqs/') ? [series.split('/')[1] ?? ''] : [])),
  ])
  const subjectOf = (queue: Queue | undefined): BeatSubject => ({
    isDlq: queue !== undefined && dlqArns.has(queue.arn),
    isWatched: queue !== undefined && watched.has(queue.name),
    before: queue?.beat ?? null,
  })
  const due = urls.filter((url) => isDue(subjectOf(known.get(url)), rule, startMs))
  const isDlq = (url: string): boolean => subjectOf(known.get(url)).isDlq
  return { urls, known, subjectOf, rule, startMs, dueUrls: [...due.filter(isDlq), ...due.filter((url) => !isDlq(url))] }
}

/** The inventory after the turn, by name: what was read as it is told now, the rest as it was known. A queue of which nothing is known is left out. */
export function queuesAfter(
  { urls, known, subjectOf, rule, startMs, dueUrls }: Turn,
  reads: readonly QueueRead[],
): readonly Queue[] {
  const readOf = new Map(reads.map((read) => [read.url, read]))
  const due = new Set(dueUrls)
  return urls.flatMap((url): Queue[] => {
    const before = known.get(url)
    const read = readOf.get(url)
    if (read === undefined) return before === undefined || due.has(url) ? [] : [before]
    const subject = subjectOf(before)
    if (read.kind === 'failed')
      return before === undefined ? [] : [{ ...before, beat: beatOfFailed(subject, { rule, startMs }, read) }]
    const { queue, visible, inFlight, delayed } = read.answer
    const isQuiet = visible + inFlight + delayed === 0
    const { tags = null, tagsAskedMs = null } = before ?? {}
    return [{ ...queue, tags, tagsAskedMs, beat: beatAfter(subject, rule, { atMs: startMs, isQuiet }) }]
  })
}

/** A queue that fails is asked again at the next beat; one that was throttled keeps its own, since asking more would make it worse. */
function beatOfFailed(
  subject: BeatSubject,
  { rule, startMs }: Pick<Turn, 'rule' | 'startMs'>,
  { reason }: Extract<QueueRead, { kind: 'failed' }>,
): Queue['beat'] {
  if (reason === 'throttled' && subject.before !== null) return { ...subject.before, askedMs: startMs }
  return beatAfter(subject, rule, { atMs: startMs, isQuiet: null })
}
