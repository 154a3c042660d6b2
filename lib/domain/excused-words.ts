import { counted, figure } from './count-words.ts'

/** People who remain without though the fault is over. */
export interface Excused {
  /** All of them. */
  readonly excused: number
  /** Those of them whose e-mail went out and came back; of the others the source has no e-mail address. */
  readonly bounced: number
}

/** Why people remain without, as a clause: `2 people have no e-mail address in the source; of 1 the e-mail bounced`. */
export function excusedClause({ excused, bounced }: Excused): string {
  const addressless = excused - bounced
  return [
    addressless > 0 ? `${counted(addressless, 'person has', 'people have')} no e-mail address in the source` : null,
    bounced > 0 ? `of ${counted(bounced, 'person', 'people')} the e-mail went out and bounced` : null,
  ]
    .filter((part) => part !== null)
    .join('; ')
}

/** The same behind a count of them: `3 people without, with no e-mail address in the source`. */
export function excusedReason({ excused, bounced }: Excused): string {
  const addressless = excused - bounced
  if (bounced === 0) return 'with no e-mail address in the source'
  if (addressless === 0) return excused === 1 ? 'whose e-mail bounced' : 'whose e-mails bounced'
  return `${figure(addressless)} with no e-mail address in the source and ${figure(bounced)} whose e-mail bounced`
}
