/** The queues that the sandbox's own flow uses, by what they are for. */
export const QUEUE_NAMES = {
  profileCreated: 'tis-trainee-profile-created-demo',
  profilesTap: 'tis-trainee-profiles-tap-demo',
  /** Copies of what goes into profile-created, with the same attributes. */
  profileCreatedTap: 'tis-trainee-profile-created-tap-demo',
  syncRequest: 'tis-trainee-sync-request-demo.fifo',
  contactDetailsUpdate: 'tis-trainee-contact-details-update-demo',
  contactDetailsUpdated: 'tis-trainee-contact-details-updated-demo',
  membershipUpdated: 'tis-trainee-programme-membership-updated-demo',
  emailEvents: 'tis-trainee-notifications-email-event-demo',
  outcomes: 'tis-trainee-notifications-outcomes-demo.fifo',
} as const

export type FlowQueue = keyof typeof QUEUE_NAMES
/** The copies are an option: without them nobody knows what healthy messages look like. */
export type QueueUrls = Readonly<Record<Exclude<FlowQueue, 'profileCreatedTap'>, string>> & {
  readonly profileCreatedTap: string | null
}

/** Receives before a message goes to the dead-letter queue, where there is one. */
export const MAX_RECEIVE_COUNT = 3

const SIDE_NAMES = [
  'gmc-details-updated',
  'gdc-details-updated',
  'personal-info-updated',
  'person-owner-updated',
  'placement-updated',
  'qualification-updated',
  'forms-submitted',
  'forms-deleted',
  'conditions-of-joining-received',
  'ltft-submitted',
  'ltft-updated',
  'document-uploaded',
  'account-confirmed',
  'account-updated',
  'mfa-reset',
  'credential-issued',
  'credential-revoked',
  'action-created',
  'action-completed',
  'ndw-export',
] as const

/** Names of the quiet side queues; past twenty they are numbered by trust. */
export function sideQueueNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = SIDE_NAMES[index % SIDE_NAMES.length] ?? 'record'
    const round = Math.floor(index / SIDE_NAMES.length)
    return `tis-trainee-${name}${round === 0 ? '' : `-${round + 1}`}-demo`
  })
}

const READERS: Readonly<Partial<Record<string, string>>> = {
  [QUEUE_NAMES.profileCreated]: 'tis-trainee-sync',
  [QUEUE_NAMES.syncRequest]: 'tis-sync',
  [QUEUE_NAMES.contactDetailsUpdate]: 'tis-trainee-details',
  [QUEUE_NAMES.contactDetailsUpdated]: 'tis-trainee-notifications',
  [QUEUE_NAMES.membershipUpdated]: 'tis-trainee-notifications',
  [QUEUE_NAMES.emailEvents]: 'tis-trainee-notifications',
}

/** Value of the tag `service` as infrastructure code would set it; null for queues that somebody made by hand. */
export function serviceTagOf(name: string): string | null {
  const queueName = name.replace(/-dlq(?=\.fifo$|$)/, '')
  const reader = READERS[queueName]
  if (reader !== undefined) return reader
  const topic = /^tis-trainee-([a-z]+)-/.exec(queueName)?.[1]
  return topic === undefined || topic.endsWith('tap') || topic === 'profiles' ? null : `tis-trainee-${topic}`
}

/** The dead-letter queue's name that belongs to a queue. */
export function dlqNameOf(queueName: string): string {
  return queueName.endsWith('.fifo') ? `${queueName.slice(0, -'.fifo'.length)}-dlq.fifo` : `${queueName}-dlq`
}
