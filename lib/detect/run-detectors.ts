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

/** Subjects that a detector names by one and the same object are few. */
const MOST_REMEMBERED = 64

/** What a run holds of one detector and subject. */
interface Watched {
  readonly detector: string
  readonly subject: Subject
  /** Null before its first event. */
  state: unknown
  readonly said: Verdict[]
}

/** All that a run watches, in the order in which it came to be known. Most detectors name the same few subjects again and again. */
class Watches {
  readonly #byKey = new Map<string, Watched>()
  readonly #bySubject = new Map<AnyDetector, Map<Subject, Watched>>()

  constructor(known: readonly SubjectState[]) {
    for (const { detector, subject, state } of known)
      this.#byKey.set(keyOf(detector, subject), { detector, subject, state, said: [] })
  }

  of(detector: AnyDetector, subject: Subject): Watched {
    const watches = this.#bySubject.get(detector) ?? new Map<Subject, Watched>()
    const known = watches.get(subject)
    if (known !== undefined) return known
    const key = keyOf(detector.id, subject)
    const watched = this.#byKey.get(key) ?? { detector: detector.id, subject, state: null, said: [] }
    this.#byKey.set(key, watched)
    if (watches.size < MOST_REMEMBERED) this.#bySubject.set(detector, watches.set(subject, watched))
    return watched
  }

  all(): readonly Watched[] {
    return [...this.#byKey.values()]
  }
}

const isPast = (event: DetectEvent): boolean => 'isBackfill' in event && event.isBackfill

function subjectsFor(detector: AnyDetector, event: DetectEvent, watches: Watches): readonly Subject[] {
  if (event.kind !== 'tick') return detector.subjectsOf(event)
  if (detector.isTimed !== true) return []
  return watches
    .all()
    .filter((known) => known.detector === detector.id)
    .map((known) => known.subject)
}

/**
 * Keeps each opening and closing with its own moment, and after an opening the last figures with the moment that brought them: what is found
 * is the same however the events are split into runs.
 */
function say(said: Verdict[], next: Verdict): void {
  const last = said.at(-1)
  if (last === undefined || last.finding === null || next.finding === null) {
    if (last === undefined || last.finding !== next.finding) said.push(next)
    return
  }
  const finding = { ...next.finding, sinceMs: Math.min(last.finding.sinceMs, next.finding.sinceMs) }
  const hasSameWords = isSameWords(last.finding, finding)
  if (hasSameWords && last.finding.sinceMs === finding.sinceMs) return
  const before = said.at(-2)?.finding ?? null
  // Figures that came back to what they were before have changed all the same; so may a beginning, by what an earlier run found.
  if (before !== null && !hasSameWords && !isSameWords(before, finding)) said.pop()
  said.push({ ...next, finding })
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
  const run = beginRun(detectors, known)
  for (const event of events) run.take(event)
  return run.end()
}

/** A run that takes its events one by one, for whoever has other things to do between them. */
export function beginRun(
  detectors: readonly AnyDetector[],
  known: readonly SubjectState[],
): { readonly take: (event: DetectEvent) => void; readonly end: () => DetectorRun } {
  const watches = new Watches(known)
  const spoken = new Set<Watched>()
  const examine = (detector: AnyDetector, event: DetectEvent, subject: Subject): void => {
    const watched = watches.of(detector, subject)
    const { state, finding } = detector.examine(watched.state ?? detector.initial(), event, subject)
    watched.state = state
    if (finding === 'unchanged' || isPast(event)) return
    say(watched.said, { detector: detector.id, subject, finding, atMs: event.atMs })
    spoken.add(watched)
  }
  return {
    take: (event) => {
      for (const detector of detectors)
        for (const subject of subjectsFor(detector, event, watches)) examine(detector, event, subject)
    },
    end: () => ({
      states: watches.all().map(({ detector, subject, state }) => ({ detector, subject, state })),
      verdicts: [...spoken].flatMap(({ said }) => said),
    }),
  }
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
