import type { Subject } from '#lib/domain/finding.ts'

/**
 * The findings that decide whether an incident is over. An hour of errors takes an hour to pass, so where messages were stuck, what became
 * of them is the better evidence, and the errors that their reader reported hold nothing open.
 */
export function holdingFindings<F extends { readonly subject: Subject }>(findings: readonly F[]): readonly F[] {
  const hasQueues = findings.some(({ subject }) => subject.kind === 'queue')
  return findings.filter(({ subject }) => !hasQueues || subject.kind !== 'service')
}
