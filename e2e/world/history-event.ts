/** A notification's History row as the notifications service broadcasts it: ids as strings, instants as ISO text. */
export interface HistoryEvent {
  /** 24 hexadecimal digits, the first eight being the second of creation; the same for every event of one notification. */
  readonly id: string
  /** Null for a mail to a local office. */
  readonly tisReference: { readonly type: 'PROGRAMME_MEMBERSHIP' | 'PLACEMENT' | 'LTFT'; readonly id: string } | null
  readonly type: string
  readonly recipient: { readonly id: string; readonly type: 'EMAIL' | 'IN_APP'; readonly contact: string | null }
  readonly template: {
    readonly name: string
    readonly version: string
    readonly variables: Readonly<Record<string, string | boolean | null>>
  }
  readonly attachments: null
  /** The planned time while SCHEDULED, else when it was handed over or given up. */
  readonly sentAt: string
  readonly readAt: string | null
  readonly status: HistoryStatus
  readonly statusDetail: string | null
  /** When a failed mail was sent again under the same id. */
  readonly lastRetry: string | null
  /** Send time of the mail that the last feedback was about. */
  readonly latestStatusEventAt: string | null
}

export type HistoryStatus = 'SCHEDULED' | 'PENDING' | 'SENT' | 'FAILED' | 'UNREAD'

export const NO_ADDRESS_DETAIL = 'No email address available.'

const ONBOARDING_TYPES = new Set([
  'PROGRAMME_CREATED',
  'PROGRAMME_DAY_ONE',
  'PROGRAMME_UPDATED_WEEK_12',
  'PROGRAMME_UPDATED_WEEK_4',
  'PROGRAMME_UPDATED_WEEK_2',
])

/** An e-mail to a trainee about their onboarding; not the in-app notes, the mails to local offices, nor those of test users. */
export function isOnboarding(event: HistoryEvent): boolean {
  return (
    event.recipient.type === 'EMAIL' &&
    event.tisReference !== null &&
    !event.recipient.id.startsWith('-') &&
    ONBOARDING_TYPES.has(event.type)
  )
}
