import type { OutcomeReason } from '#lib/domain/outcome.ts'

export interface ToldReason {
  readonly reason: OutcomeReason
  readonly detail: string | null
}

const BOUNCES: ReadonlyMap<string, OutcomeReason> = new Map([
  ['Permanent', 'bounce_permanent'],
  ['Transient', 'bounce_transient'],
])

/** The reason behind a failure's status detail, e.g. `Bounce: Transient - MailboxFull`. What is not known is `other`; the raw text is kept beside it. */
export function reasonOfDetail(detail: string | null): ToldReason {
  if (detail === null) return { reason: 'other', detail: null }
  if (/^No email address/i.test(detail)) return { reason: 'no_email_address', detail: null }
  const [, kind, rest] = /^(Bounce|Complaint|Missed Schedule):\s*(.*)$/.exec(detail) ?? []
  if (kind === 'Bounce') {
    const [type = '', ...subType] = (rest ?? '').split(' - ')
    return reasonOfBounce(type.trim(), subType.join(' - ').trim())
  }
  if (kind === 'Complaint') return { reason: 'complaint', detail: emptyToNull(rest) }
  if (kind === 'Missed Schedule') return { reason: 'missed_schedule', detail: emptyToNull(rest) }
  return { reason: 'other', detail: null }
}

export function reasonOfBounce(type: string, subType: string): ToldReason {
  const known = BOUNCES.get(type)
  if (known !== undefined) return { reason: known, detail: emptyToNull(subType) }
  const detail = type === 'Undetermined' ? subType : [type, subType].filter(Boolean).join(' - ')
  return { reason: 'bounce_undetermined', detail: emptyToNull(detail) }
}

function emptyToNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}
