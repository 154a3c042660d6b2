import { subjectKey, type Finding, type Subject } from '#lib/domain/finding.ts'
import type { AnyDetector, DetectEvent } from './define-detector.ts'
import { isSameWords } from './fold-findings.ts'

/** What one detector knows about one subject. */
export interface SubjectState {
  readonly detector: string
  readonly subject: Subject
  readonly state: unknown
}

/** What a detector said of a subject: the finding that holds, or null when evidence shows that none does. */
export interface Verdict {
  readonly detector: string
  readonly subject: Subject
  readonly finding: Finding | null
  /** Moment of the event that brought it, epoch ms. */
  readonly atMs: number
}

export interface DetectorRun {
  /** States after the last event, those given and those new. */
  readonly states: readonly SubjectState[]
  /** In order. What only repeats is left out, so that a long run stays short: of a finding's updates the last is kept. */
  readonly verdicts: readonly Verdict[]
}

const keyOf = (detector: string, subject: Subject): string => `${detector} ${subjectKey(subject)}`

const isPast = (event: DetectEvent): boolean => 'isBackfill' in event && event.isBackfill

function subjectsFor(detector: AnyDetector, event: DetectEvent, states: Iterable<SubjectState>): readonly Subject[] {
  if (event.kind !== 'tick') return detector.subjectsOf(event)
  if (detector.isTimed !== true) return []
  return [...states].filter((known) => known.detector === detector.id).map((known) => known.subject)
}

/**
 * Keeps each opening and closing with its own moment, and after an opening the last figures with the moment that brought them: what is found
 * is the same however the events are split into runs.
 */
function say(said: Verdict[], next: Verdict): Verdict[] {
  const last = said.at(-1)
  if (last === undefined || last.finding === null || next.finding === null) {
    if (last === undefined || last.finding !== next.finding) said.push(next)
    return said
  }
  const finding = { ...next.finding, sinceMs: Math.min(last.finding.sinceMs, next.finding.sinceMs) }
  const hasSameWords = isSameWords(last.finding, finding)
  if (hasSameWords && last.finding.sinceMs === finding.sinceMs) return said
  const before = said.at(-2)?.finding ?? null
  // Figures that came back to what they were before have changed all the same; so may a beginning, by what an earlier run found.
  if (before !== null && !hasSameWords && !isSameWords(before, finding)) said.pop()
  said.push({ ...next, finding })
  return said
}

/**
 * Runs detectors over events in their order: the same code live, in a backtest and in a benchmark. Pure.
 * History (`isBackfill`) changes states, but what it finds is held back until the subject's next live event.
 */
export function runDetectors(
  detectors: readonly AnyDetector[],
  events: readonly DetectEvent[],
  known: readonly SubjectState[],
): DetectorRun {
  const states = new Map(known.map((entry) => [keyOf(entry.detector, entry.subject), entry]))
  const verdicts = new Map<string, Verdict[]>()
  for (const event of events) {
    for (const detector of detectors) {
      for (const subject of subjectsFor(detector, event, states.values())) {
        const key = keyOf(detector.id, subject)
        const before = states.get(key)?.state ?? detector.initial()
        const { state, finding } = detector.examine(before, event, subject)
        states.set(key, { detector: detector.id, subject, state })
        if (finding !== 'unchanged' && !isPast(event))
          verdicts.set(key, say(verdicts.get(key) ?? [], { detector: detector.id, subject, finding, atMs: event.atMs }))
      }
    }
  }
  return { states: [...states.values()], verdicts: [...verdicts.values()].flat() }
}

/** The subjects whose states a run over `events` needs, for one detector. Ticks are left out: they go to all that are known. */
export function subjectsOfEvents(detector: AnyDetector, events: readonly DetectEvent[]): readonly Subject[] {
  const subjects = new Map<string, Subject>()
  for (const event of events) {
    if (event.kind === 'tick') continue
    for (const subject of detector.subjectsOf(event)) subjects.set(subjectKey(subject), subject)
  }
  return [...subjects.values()]
}
