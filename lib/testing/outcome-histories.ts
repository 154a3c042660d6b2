import type { OutcomeReason, OutcomeStatus } from '#lib/domain/outcome.ts'
import { randomOf, type Random } from './random.ts'

/** A message about one notification, as it reaches Spillway. */
export interface ToldMessage {
  readonly messageId: string
  readonly body: string
  readonly sequence: string | null
  readonly sentTimestampMs: number | null
}

/** All that was told about one notification, in the order in which it happened, and what is true of it in the end. */
export interface OutcomeHistory {
  readonly id: string
  readonly messages: readonly ToldMessage[]
  /** What SENT stood for when this happened: handed over until March 2025, delivered since. */
  readonly sentMeans: 'accepted' | 'delivered'
  readonly truth: { readonly status: OutcomeStatus; readonly reason: OutcomeReason; readonly hasFailed: boolean }
}

const FIRST_MS = Date.UTC(2025, 3, 1)
const SPREAD_MS = 60 * 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const OFFICES = ['Thames Valley', 'North West London', 'Yorkshire and the Humber'] as const

/** One notification from a seed: scheduled or sent at once, bounced, sent again under the same id, delivered, complained about, deleted. */
export function outcomeHistory(seed: number): OutcomeHistory {
  const notification = new Notification(randomOf(seed))
  notification.live()
  return notification.history()
}

type Row = Record<string, unknown>

/** How one mail ends, as its sender learns it. */
const ENDS = [
  'delivered',
  'delivered',
  'permanent',
  'transient',
  'transient, then delivered',
  'undetermined',
  'delayed, then delivered',
  'delivered, then complaint',
  'delivered, then opened',
  'rejected',
  'nothing',
] as const

class Notification {
  readonly #random: Random
  readonly #id: string
  readonly #isFifo: boolean
  readonly #hasSes: boolean
  readonly #isOld: boolean
  readonly #messages: ToldMessage[] = []
  readonly #row: Row
  #nowMs: number
  #sequence: number
  #truth: OutcomeHistory['truth']

  constructor(random: Random) {
    this.#random = random
    this.#nowMs = FIRST_MS + random.between(0, SPREAD_MS)
    this.#sequence = random.between(1, 1_000_000)
    this.#isFifo = random.chance(0.5)
    this.#hasSes = random.chance(0.6)
    this.#isOld = random.chance(0.3)
    const second = Math.floor(this.#nowMs / 1_000).toString(16)
    this.#id = `${second}${random
      .between(0, 2 ** 32 - 1)
      .toString(16)
      .padStart(16, '0')}`
    this.#truth = { status: 'scheduled', reason: 'none', hasFailed: false }
    const person = random.chance(0.05) ? '-7' : String(random.between(900_000, 999_999))
    this.#row = {
      id: this.#id,
      tisReference: random.chance(0.05) ? null : { type: 'PROGRAMME_MEMBERSHIP', id: '7' },
      type: random.pick(['PROGRAMME_CREATED', 'PROGRAMME_DAY_ONE', 'COJ_CONFIRMATION']),
      recipient: { id: person, type: 'EMAIL', contact: null },
      template: { variables: { localOfficeName: random.pick(OFFICES), programmeNumber: 'DEM042' } },
      sentAt: null,
      readAt: null,
      status: 'SCHEDULED',
      statusDetail: null,
      lastRetry: null,
    }
  }

  live(): void {
    if (this.#random.chance(0.3)) this.#schedule()
    if (this.#truth.status === 'scheduled') {
      if (this.#random.chance(0.4)) this.#lackAddress()
      else this.#send(false)
    }
    for (let tries = 0; tries < 3 && this.#truth.status === 'failed' && this.#random.chance(0.7); tries += 1) {
      this.#pass(HOUR_MS, 30 * HOUR_MS)
      this.#send(true)
    }
    if (!this.#random.chance(0.05)) return
    this.#pass(MINUTE_MS, HOUR_MS)
    this.#truth = { ...this.#truth, status: 'deleted', reason: 'none' }
    this.#tell({ id: this.#id, sentAt: this.#row['sentAt'], status: 'DELETED' })
  }

  history(): OutcomeHistory {
    const sentMeans = this.#isOld ? 'accepted' : 'delivered'
    return { id: this.#id, messages: this.#messages, sentMeans, truth: this.#truth }
  }

  #schedule(): void {
    for (let times = this.#random.between(1, 2); times > 0; times -= 1) {
      this.#row['sentAt'] = this.#moment(this.#nowMs + this.#random.between(HOUR_MS, 400 * HOUR_MS))
      this.#tell(this.#row)
      this.#pass(MINUTE_MS, HOUR_MS / 2)
    }
    this.#nowMs = Date.parse(String(this.#row['sentAt']))
    if (!this.#random.chance(0.15)) return
    this.#pass(MINUTE_MS, HOUR_MS)
    this.#fail('Missed Schedule: Programme already started', 'missed_schedule')
  }

  #lackAddress(): void {
    this.#row['sentAt'] = this.#moment(this.#nowMs)
    this.#fail('No email address available.', 'no_email_address')
  }

  #send(isAgain: boolean): void {
    this.#row[isAgain ? 'lastRetry' : 'sentAt'] = this.#moment(this.#nowMs)
    const { recipient } = this.#row
    this.#row['recipient'] = { ...Object(recipient), contact: 'someone@example.com' }
    this.#become(this.#isOld ? 'SENT' : 'PENDING', 'accepted')
    this.#pass(200, 2_000)
    const mailMs = this.#nowMs
    this.#ses('Send', {}, mailMs)
    this.#end(this.#random.pick(ENDS), mailMs)
  }

  #end(end: (typeof ENDS)[number], mailMs: number): void {
    this.#pass(1_000, MINUTE_MS)
    if (end === 'permanent') this.#bounce('Permanent', 'General', mailMs)
    if (end === 'undetermined') this.#bounce('Undetermined', 'Undetermined', mailMs)
    if (end.startsWith('transient')) this.#bounce('Transient', 'MailboxFull', mailMs)
    if (end.startsWith('delayed')) this.#ses('DeliveryDelay', { deliveryDelay: { delayType: 'MailboxFull' } }, mailMs)
    if (end === 'rejected' && this.#ses('Reject', { reject: { reason: 'Bad content' } }, mailMs))
      this.#truth = { status: 'failed', reason: 'other', hasFailed: true }
    if (end.includes('then')) this.#pass(MINUTE_MS, 12 * HOUR_MS)
    if (end.includes('delivered')) this.#deliver(mailMs)
    if (end.endsWith('complaint')) this.#complain(mailMs)
    if (end.endsWith('opened')) {
      this.#pass(MINUTE_MS, HOUR_MS)
      if (this.#ses('Open', { open: {} }, mailMs)) this.#truth = { ...this.#truth, status: 'delivered', reason: 'none' }
    }
  }

  #bounce(bounceType: string, bounceSubType: string, mailMs: number): void {
    this.#ses('Bounce', { bounce: { bounceType, bounceSubType } }, mailMs)
    const reason = `bounce_${bounceType.toLowerCase()}` as OutcomeReason
    this.#learn(mailMs)
    this.#fail(`Bounce: ${bounceType} - ${bounceSubType}`, reason)
  }

  #complain(mailMs: number): void {
    this.#pass(MINUTE_MS, 30 * HOUR_MS)
    this.#ses('Complaint', { complaint: { complaintFeedbackType: 'abuse' } }, mailMs)
    this.#learn(mailMs)
    this.#fail('Complaint: abuse', 'complaint')
  }

  #deliver(mailMs: number): void {
    const isTold = this.#ses('Delivery', { delivery: {} }, mailMs)
    if (isTold) this.#truth = { ...this.#truth, status: 'delivered', reason: 'none' }
    // Until March 2025 the service did not listen to deliveries.
    if (this.#isOld) return
    this.#learn(mailMs)
    this.#become('SENT', 'delivered')
  }

  /** The service hears of an SES event: it notes the time of the *mail*, not of what became of it. */
  #learn(mailMs: number): void {
    this.#pass(200, 5_000)
    if (!this.#isOld) this.#row['latestStatusEventAt'] = this.#moment(mailMs)
  }

  #fail(detail: string, reason: OutcomeReason): void {
    this.#row['status'] = 'FAILED'
    this.#row['statusDetail'] = detail
    this.#truth = { status: 'failed', reason, hasFailed: true }
    this.#tell(this.#row)
  }

  #become(raw: 'SENT' | 'PENDING', status: OutcomeStatus): void {
    this.#row['status'] = raw
    this.#row['statusDetail'] = null
    this.#truth = { ...this.#truth, status, reason: 'none' }
    this.#tell(this.#row)
  }

  /** A row goes to the topic; now and then somebody exports the collection just then, so that the same row comes by import too. */
  #tell(row: Row): void {
    const body = this.#wrapped(JSON.stringify(row))
    this.#sequence += this.#random.between(1, 900)
    this.#queue(body, this.#isFifo ? `188897546${String(this.#sequence).padStart(11, '0')}` : null)
    if (!this.#random.chance(0.25)) return
    const messageId = `import line ${this.#messages.length}`
    this.#messages.push({ messageId, body: JSON.stringify(row), sequence: null, sentTimestampMs: null })
  }

  /** True when Spillway is told: only some senders pass SES events on, and identity notifications know fewer types. */
  #ses(type: string, part: Readonly<Record<string, Row>>, mailMs: number): boolean {
    const isIdentity = ['Bounce', 'Complaint', 'Delivery'].includes(type) && this.#random.chance(0.5)
    if (!this.#hasSes) return false
    const timed = Object.entries(part).map(([name, told]) => [name, { ...told, timestamp: this.#moment(this.#nowMs) }])
    const mail = {
      timestamp: this.#moment(mailMs),
      messageId: `mail-${mailMs}`,
      headers: [{ name: 'NotificationId', value: this.#id }],
    }
    const event = { [isIdentity ? 'notificationType' : 'eventType']: type, ...Object.fromEntries(timed), mail }
    // What SES says may come late: its topic tries for hours to reach a queue.
    const lateMs = this.#random.chance(0.1) ? this.#random.between(HOUR_MS, 48 * HOUR_MS) : 0
    this.#queue(this.#wrapped(JSON.stringify(event)), null, lateMs)
    return true
  }

  #queue(body: string, sequence: string | null, lateMs = 0): void {
    this.#pass(5, 900)
    const messageId = `message-${this.#messages.length}`
    this.#messages.push({ messageId, body, sequence, sentTimestampMs: this.#nowMs + lateMs })
  }

  /** SNS wraps what it delivers unless raw delivery is on. */
  #wrapped(body: string): string {
    return this.#random.chance(0.2) ? JSON.stringify({ Type: 'Notification', Message: body }) : body
  }

  #pass(least: number, most: number): void {
    this.#nowMs += this.#random.between(least, most)
  }

  #moment(atMs: number): string {
    return new Date(atMs).toISOString()
  }
}
