import type { OpenReason } from './outcome.ts'

const LABELS: Readonly<Record<OpenReason, string>> = {
  none: 'no reason told',
  no_email_address: 'no e-mail address',
  bounce_permanent: 'permanent bounce',
  bounce_transient: 'transient bounce',
  bounce_undetermined: 'bounce of unknown kind',
  complaint: 'complaint',
  missed_schedule: 'missed schedule',
  overdue: 'overdue: still scheduled after its time',
  other: 'another reason',
}

/** Why an e-mail failed, as a label: `no e-mail address`. Reasons that this version does not know are shown as they are. */
export function reasonLabel(reason: string): string {
  return isReason(reason) ? LABELS[reason] : reason.replaceAll('_', ' ')
}

function isReason(reason: string): reason is OpenReason {
  return Object.hasOwn(LABELS, reason)
}

/**
 * The same inside a sentence about people: `recorded as: no e-mail address`, `after a permanent bounce`. An outcome tells what was on record
 * when the e-mail was due, not whether the person has an address: it may only not have arrived.
 */
export function reasonPhrase(reason: string): string {
  if (reason === 'no_email_address') return `recorded as: ${reasonLabel(reason)}`
  if (reason === 'missed_schedule') return 'with a missed schedule'
  if (reason === 'overdue') return 'overdue'
  if (reason === 'none' || reason === 'other') return `for ${reasonLabel(reason)}`
  return `after a ${reasonLabel(reason)}`
}
