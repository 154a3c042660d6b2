import { subjectKey, type Finding } from '#lib/domain/finding.ts'
import type { Verdict } from './run-detectors.ts'

/** A finding with its times, as the store keeps it. */
export interface TimedFinding extends Finding {
  /** When it was first held, epoch ms: the moment of the event that brought it. */
  readonly openedMs: number
  /** When its words or figures last changed. */
  readonly updatedMs: number
  /** Null while it holds. */
  readonly closedMs: number | null
}

/** Findings by the order in which they were opened. */
export interface FindingLog {
  take(verdicts: readonly Verdict[]): void
  list(): readonly TimedFinding[]
}

/**
 * Makes findings of verdicts as the store does: one opens, is updated while it holds, keeps the earliest beginning that it was given, and
 * closes. A later one of the same detector and subject is another.
 */
export function openFindingLog(): FindingLog {
  const all: TimedFinding[] = []
  const open = new Map<string, number>()
  const take = ({ detector, subject, finding, atMs }: Verdict): void => {
    const key = `${detector} ${subjectKey(subject)}`
    const place = open.get(key)
    const held = place === undefined ? undefined : all[place]
    if (finding === null) {
      if (place === undefined || held === undefined) return
      all[place] = { ...held, closedMs: atMs }
      open.delete(key)
    } else if (place === undefined || held === undefined) {
      open.set(key, all.length)
      all.push({ ...finding, openedMs: atMs, updatedMs: atMs, closedMs: null })
    } else if (isNews(held, finding)) {
      const sinceMs = Math.min(held.sinceMs, finding.sinceMs)
      all[place] = { ...held, ...finding, sinceMs, updatedMs: atMs }
    }
  }
  return { take: (verdicts) => verdicts.forEach(take), list: () => all }
}

function isNews(held: Finding, next: Finding): boolean {
  return next.sinceMs < held.sinceMs || !isSameWords(held, next)
}

/** Whether two findings of one subject say the same of it, with the same figures; their beginnings apart. */
export function isSameWords(a: Finding, b: Finding): boolean {
  return a.severity === b.severity && a.title === b.title && evidenceText(a) === evidenceText(b)
}

function evidenceText({ evidence }: Finding): string {
  return JSON.stringify(Object.entries(evidence).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
