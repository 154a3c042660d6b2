import type { Trouble } from '#lib/domain/headline.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import { verdictOf, type QueueBook, type QueueEntry } from './queue-book.ts'

interface Ranked extends Trouble {
  readonly rank: number
}

/** What needs a hand among queues, one entry a queue: leaks first, since they lose messages without a trace, then the longest. */
export function queueTroubles(book: QueueBook): Trouble[] {
  return [...book.values()]
    .flatMap(troubleOf)
    .sort((a, b) => a.rank - b.rank || (a.sinceMs ?? Infinity) - (b.sinceMs ?? Infinity))
    .map(({ text, sinceMs }) => ({ text, sinceMs }))
}

function troubleOf(entry: QueueEntry): Ranked[] {
  const bad = entry.findings.filter((finding) => finding.severity === 'bad')
  const finding = bad.find(isLeak) ?? bad[0]
  if (finding !== undefined) return [{ text: finding.title, sinceMs: finding.sinceMs, rank: isLeak(finding) ? 0 : 1 }]
  const verdict = verdictOf(entry)
  if (verdict.truth !== 'bad') return []
  const rank = entry.deadLetterOf.length > 0 ? 1 : 2
  return [{ text: `${entry.label}: ${verdict.word}`, sinceMs: verdict.sinceMs, rank }]
}

/** True for what flow-parity found: messages go in and none comes out. */
export function isLeak(finding: StoredFinding): boolean {
  return finding.detector === 'flow-parity' && finding.severity === 'bad'
}

/** What needs a hand about e-mails, the longest first. */
export function emailTroubles(findings: readonly StoredFinding[]): Trouble[] {
  return findings
    .filter((finding) => finding.subject.kind === 'emails' && finding.severity === 'bad')
    .sort((a, b) => a.sinceMs - b.sinceMs)
    .map(({ title, sinceMs }) => ({ text: title, sinceMs }))
}
