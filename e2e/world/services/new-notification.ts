import type { HistoryEvent } from '#world/history-event.ts'

import type { Membership } from './message-bodies.ts'

const TEMPLATES: Readonly<Record<string, string>> = {
  PROGRAMME_CREATED: 'programme-created',
  PROGRAMME_DAY_ONE: 'programme-day-one',
  E_PORTFOLIO: 'e-portfolio',
  GMC_UPDATED: 'gmc-updated',
}

export interface NewNotificationOptions {
  readonly type: string
  readonly membership: Membership
  readonly randomHex: string
  readonly createdAtMs: number
  readonly channel?: 'EMAIL' | 'IN_APP'
  /** True for a mail that goes to the local office and only mentions the trainee. */
  readonly isForOffice?: boolean
}

/** A History row as it is before anything was sent. The first eight digits of the id are its second of creation. */
export function createNotification(options: NewNotificationOptions): HistoryEvent {
  const { membership, type } = options
  return {
    id: `${Math.floor(options.createdAtMs / 1000)
      .toString(16)
      .padStart(8, '0')}${options.randomHex}`,
    tisReference: options.isForOffice === true ? null : { type: 'PROGRAMME_MEMBERSHIP', id: membership.id },
    type,
    recipient: { id: membership.personId, type: options.channel ?? 'EMAIL', contact: null },
    template: {
      name: TEMPLATES[type] ?? type.toLowerCase().replaceAll('_', '-'),
      version: 'v1.0.0',
      variables: {
        notificationType: type,
        tisId: membership.id,
        personId: membership.personId,
        programmeName: membership.programmeName,
        programmeNumber: membership.programmeNumber,
        startDate: membership.startDate,
        localOfficeName: membership.localOffice,
        isRegistered: false,
        email: null,
        isValidGmc: false,
      },
    },
    attachments: null,
    sentAt: new Date(options.createdAtMs).toISOString(),
    readAt: null,
    status: 'PENDING',
    statusDetail: null,
    lastRetry: null,
    latestStatusEventAt: null,
  }
}
