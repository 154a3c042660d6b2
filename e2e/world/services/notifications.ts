import type { HistoryEvent } from '#world/history-event.ts'
import { NO_ADDRESS_DETAIL } from '#world/history-event.ts'

import { consume } from './consume.ts'
import type { Details } from './details.ts'
import type { MailProvider } from './mail-provider.ts'
import { contactDetailsBody, mailFeedbackBody, membershipBody } from './message-bodies.ts'
import type { MailFeedback, Membership } from './message-bodies.ts'
import { createNotification } from './new-notification.ts'
import { createOutcomePublisher } from './outcome-publisher.ts'
import type { OutcomePublisher } from './outcome-publisher.ts'
import type { ServiceContext } from './service-context.ts'

const OFFICE_CONTACT = 'programmes@office.example'
const SCHEDULE_CHECK_MS = 250

/** tis-trainee-notifications: sends the onboarding e-mails, keeps their history and broadcasts each change of it. */
export class Notifications {
  readonly #context: ServiceContext
  readonly #details: Details
  readonly #mail: MailProvider
  readonly #publisher: OutcomePublisher
  readonly #history = new Map<string, HistoryEvent>()

  constructor(context: ServiceContext, details: Details, mail: MailProvider) {
    this.#context = context
    this.#details = details
    this.#mail = mail
    const sqs = context.connect('notifications')
    this.#publisher = createOutcomePublisher(context, sqs)
    const listen = (queueUrl: string, handle: (body: unknown) => Promise<void>): void => {
      consume({
        context,
        service: 'notifications',
        sqs,
        queueUrl,
        handle: async (message) => {
          await handle(JSON.parse(message.Body ?? ''))
          return 'done'
        },
      })
    }
    listen(context.queues.membershipUpdated, (body) => this.#onMembership(membershipBody.parse(body).record.data))
    listen(context.queues.contactDetailsUpdated, (body) => {
      const { record } = contactDetailsBody.parse(body)
      return this.#onContactDetails(record.tisId, record.data.email)
    })
    listen(context.queues.emailEvents, (body) => this.#onFeedback(mailFeedbackBody.parse(body)))
    this.#watchSchedule()
  }

  get isBusy(): boolean {
    return this.#publisher.isBusy
  }

  /** The welcome mail goes out at once, and only once for each membership. */
  async #onMembership(membership: Membership): Promise<void> {
    const isKnown = [...this.#history.values()].some(
      (row) => row.type === 'PROGRAMME_CREATED' && row.tisReference?.id === membership.id,
    )
    if (isKnown) return
    await this.#execute(this.#create('PROGRAMME_CREATED', membership))
    const { random, shares } = this.#context
    if (random.chance(shares.scheduled)) await this.#schedule(membership)
    if (random.chance(shares.aside)) await this.#writeAside(membership)
  }

  #create(type: string, membership: Membership, extra: { channel?: 'IN_APP'; isForOffice?: true } = {}): HistoryEvent {
    return createNotification({
      type,
      membership,
      randomHex: this.#context.random.hex(16),
      createdAtMs: Date.now(),
      ...extra,
    })
  }

  async #schedule(membership: Membership): Promise<void> {
    const aheadMs = this.#context.durations.scheduleAheadSeconds * 1000
    const plannedAt = new Date(Date.now() + aheadMs * (0.5 + this.#context.random.next()))
    await this.#save({
      ...this.#create('PROGRAMME_DAY_ONE', membership),
      status: 'SCHEDULED',
      sentAt: plannedAt.toISOString(),
    })
  }

  async #writeAside(membership: Membership): Promise<void> {
    await this.#save({ ...this.#create('E_PORTFOLIO', membership, { channel: 'IN_APP' }), status: 'UNREAD' })
    const office = this.#create('GMC_UPDATED', membership, { isForOffice: true })
    await this.#send({ ...office, recipient: { ...office.recipient, contact: OFFICE_CONTACT } }, OFFICE_CONTACT)
  }

  async #execute(row: HistoryEvent): Promise<void> {
    const address = this.#details.getEmail(row.recipient.id)
    const sentAt = new Date().toISOString()
    if (address !== null) return this.#send({ ...row, sentAt }, address)
    this.#context.say('notifications', 'info', 'No email address available for trainee')
    await this.#save({ ...row, sentAt, status: 'FAILED', statusDetail: NO_ADDRESS_DETAIL })
  }

  async #send(row: HistoryEvent, address: string): Promise<void> {
    await this.#save({
      ...row,
      recipient: { ...row.recipient, contact: address },
      status: 'PENDING',
      statusDetail: null,
    })
    this.#mail.accept({
      notificationId: row.id,
      to: address,
      template: `email/${row.template.name}/${row.template.version}`,
    })
  }

  /** Another address than the one that failed: every failed e-mail of that person goes out again under its old id. */
  async #onContactDetails(personId: string, address: string | null): Promise<void> {
    if (address === null) return
    for (const row of this.#history.values()) {
      const isTheirs = row.recipient.id === personId && row.recipient.type === 'EMAIL' && row.tisReference !== null
      if (!isTheirs || row.status !== 'FAILED' || row.recipient.contact === address) continue
      await this.#send({ ...row, lastRetry: new Date().toISOString() }, address)
    }
  }

  async #onFeedback(feedback: MailFeedback): Promise<void> {
    const id = feedback.mail.headers.find((header) => header.name === 'NotificationId')?.value
    if (id === undefined) throw new Error('No notification ID found.')
    const row = this.#history.get(id)
    if (row === undefined) throw new Error(`No notification ${id} in the history.`)
    const isStale = row.latestStatusEventAt !== null && feedback.mail.timestamp < row.latestStatusEventAt
    if (isStale) return
    await this.#save({ ...row, ...statusOf(feedback), latestStatusEventAt: feedback.mail.timestamp })
  }

  /** Looks for planned mails that are due; with the schedule stuck they stay as they are. */
  #watchSchedule(): void {
    const check = async (): Promise<void> => {
      this.#context.timers.after(SCHEDULE_CHECK_MS, check, { isPatient: true })
      if (this.#context.faults.isOn('stuck-schedule')) return
      const due = [...this.#history.values()].filter(
        (row) => row.status === 'SCHEDULED' && Date.parse(row.sentAt) <= Date.now(),
      )
      for (const row of due) await this.#execute(row)
    }
    this.#context.timers.after(SCHEDULE_CHECK_MS, check, { isPatient: true })
  }

  async #save(row: HistoryEvent): Promise<void> {
    this.#history.set(row.id, row)
    await this.#publisher.publish(row)
  }
}

function statusOf(feedback: MailFeedback): Pick<HistoryEvent, 'status' | 'statusDetail'> {
  if (feedback.notificationType === 'Delivery') return { status: 'SENT', statusDetail: null }
  if (feedback.notificationType === 'Complaint') {
    const { complaintFeedbackType, complaintSubType } = feedback.complaint ?? {}
    return {
      status: 'FAILED',
      statusDetail: `Complaint: ${complaintSubType ?? complaintFeedbackType ?? 'Undetermined'}`,
    }
  }
  const { bounceSubType = 'Undetermined', bounceType = 'Undetermined' } = feedback.bounce ?? {}
  return { status: 'FAILED', statusDetail: `Bounce: ${bounceType} - ${bounceSubType}` }
}
