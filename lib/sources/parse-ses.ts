import { z } from 'zod'
import type { OutcomeEvent, OutcomeStatus } from '#lib/domain/outcome.ts'
import { dropAddresses } from './drop-personal.ts'
import { eventKeyOf } from './event-key.ts'
import { instant } from './instant.ts'
import { orderMoment } from './order-moment.ts'
import { NotUnderstood, type OutcomeMessage, type OutcomeParsing } from './outcome-message.ts'
import { reasonOfBounce, type ToldReason } from './outcome-text.ts'
import { wordsOfIssue } from './parse-history.ts'

const timed = z.object({ timestamp: instant.nullish() })

/** An SES notification (`notificationType`) or configuration-set event (`eventType`). Recipients and addresses are not read, and so not kept. */
const sesSchema = z.object({
  notificationType: z.string().nullish(),
  eventType: z.string().nullish(),
  mail: z.object({
    timestamp: instant,
    messageId: z.string().nullish(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  }),
  bounce: timed.extend({ bounceType: z.string(), bounceSubType: z.string().nullish() }).nullish(),
  complaint: timed
    .extend({ complaintSubType: z.string().nullish(), complaintFeedbackType: z.string().nullish() })
    .nullish(),
  delivery: timed.nullish(),
  deliveryDelay: timed.extend({ delayType: z.string().nullish() }).nullish(),
  reject: timed.extend({ reason: z.string().nullish() }).nullish(),
  failure: timed.extend({ errorMessage: z.string().nullish() }).nullish(),
  open: timed.nullish(),
  click: timed.nullish(),
})
type Ses = z.output<typeof sesSchema>

interface ToldBySes extends ToldReason {
  readonly status: OutcomeStatus
  readonly rawDetail: string | null
  readonly atMs: number | null | undefined
}

const NO_REASON = { reason: 'none', detail: null, rawDetail: null } as const

/** How each event type is read; nothing when the part that belongs to it is missing. */
const READERS: Readonly<Record<string, (ses: Ses) => ToldBySes | null | undefined>> = {
  Send: () => ({ status: 'accepted', ...NO_REASON, atMs: null }),
  Delivery: ({ delivery }) => delivery && { status: 'delivered', ...NO_REASON, atMs: delivery.timestamp },
  DeliveryDelay: ({ deliveryDelay }) =>
    deliveryDelay && {
      status: 'accepted',
      ...NO_REASON,
      rawDetail: deliveryDelay.delayType ?? null,
      atMs: deliveryDelay.timestamp,
    },
  // Whoever opens it or clicks in it has got it.
  Open: ({ open }) => open && { status: 'delivered', ...NO_REASON, atMs: open.timestamp },
  Click: ({ click }) => click && { status: 'delivered', ...NO_REASON, atMs: click.timestamp },
  Bounce: ({ bounce }) => bounce && bounceOf(bounce),
  Complaint: ({ complaint }) => {
    const detail = complaint?.complaintSubType ?? complaint?.complaintFeedbackType ?? 'Undetermined'
    return complaint && failed({ reason: 'complaint', detail }, `Complaint: ${detail}`, complaint.timestamp)
  },
  Reject: ({ reject }) =>
    reject && failed({ reason: 'other', detail: null }, `Reject: ${reject.reason ?? ''}`, reject.timestamp),
  'Rendering Failure': ({ failure }) =>
    failure &&
    failed({ reason: 'other', detail: null }, `Rendering failure: ${failure.errorMessage ?? ''}`, failure.timestamp),
}

/** True for JSON that SES sends, whatever it says. */
export function isSes(json: object): boolean {
  return 'mail' in json && ('notificationType' in json || 'eventType' in json)
}

/** Reads an SES event. It knows neither person nor office: those come with the notification's own events. Throws `NotUnderstood`. */
export function parseSes(json: unknown, message: OutcomeMessage, parsing: OutcomeParsing): OutcomeEvent {
  const parsed = sesSchema.safeParse(json)
  if (!parsed.success) throw new NotUnderstood(wordsOfIssue(parsed.error.issues[0]))
  const ses = parsed.data
  const type = ses.eventType ?? ses.notificationType ?? ''
  if (!Object.hasOwn(READERS, type)) {
    throw new NotUnderstood('eventType: is not an SES event that says what became of a mail.')
  }
  const told = READERS[type]?.(ses) ?? null
  if (told === null) throw new NotUnderstood(`${type}: the part of the event that says what happened is missing.`)
  const notificationId = notificationIdOf(ses)
  const rawDetail = dropAddresses(told.rawDetail)
  return {
    eventKey: eventKeyOf([
      'ses',
      notificationId,
      type,
      rawDetail,
      told.atMs ?? null,
      ses.mail.timestamp,
      ses.mail.messageId ?? null,
    ]),
    notificationId,
    status: told.status,
    reason: told.reason,
    reasonDetail: dropAddresses(told.detail),
    rawStatus: type,
    rawDetail,
    order: {
      atMs: orderMoment([told.atMs, ses.mail.timestamp], notificationId, { message, parsing }),
      sequence: message.sequence,
      sentTimestampMs: message.sentTimestampMs,
    },
    facts: null,
    observedAtMs: parsing.observedAtMs,
  }
}

function bounceOf(bounce: NonNullable<Ses['bounce']>): ToldBySes {
  const { bounceType: type, bounceSubType } = bounce
  const subType = bounceSubType ?? ''
  return failed(reasonOfBounce(type, subType), `Bounce: ${type} - ${subType}`, bounce.timestamp)
}

function failed(told: ToldReason, rawDetail: string, atMs: number | null | undefined): ToldBySes {
  return { status: 'failed', ...told, rawDetail, atMs }
}

/** Our own header, which SES gives back when the identity includes original headers. */
function notificationIdOf(ses: Ses): string {
  const header = ses.mail.headers?.find(({ name }) => name.toLowerCase() === 'notificationid')
  if (header === undefined || !/^[\w-]{1,100}$/.test(header.value)) {
    throw new NotUnderstood('mail.headers: no NotificationId; let SES include original headers.')
  }
  return header.value
}
