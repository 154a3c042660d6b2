import { z } from 'zod'
import type { OutcomeEvent, OutcomeFacts, OutcomeStatus } from '#lib/domain/outcome.ts'
import { domainOfAddress, dropAddresses } from './drop-personal.ts'
import { eventKeyOf } from './event-key.ts'
import { instant } from './instant.ts'
import { orderMoment } from './order-moment.ts'
import { NotUnderstood, type OutcomeMessage, type OutcomeParsing } from './outcome-message.ts'
import { reasonOfDetail } from './outcome-text.ts'
import { reference } from './reference.ts'

/** Absent and null are the same to Spillway. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null)
/** Far longer than any detail that the notifications service writes; every status that is kept carries its detail. */
const LONGEST_DETAIL = 2_000
const shortText = z.string().max(300).transform(dropAddresses)

/** A History row of the notifications service, as it is broadcast. Fields that are not named are not read, and so not kept. */
const historySchema = z.object({
  id: reference,
  status: z.string().regex(/^[A-Za-z_]{1,50}$/, 'is not a status'),
  // Cut only once addresses are out, so that no half of one is left; a cut through a character is made good.
  statusDetail: optional(
    z.string().transform((detail) => dropAddresses(detail)?.slice(0, LONGEST_DETAIL).toWellFormed() ?? null),
  ),
  type: optional(z.string().regex(/^[\w-]{1,100}$/, 'is not a notification type')),
  tisReference: z.unknown().optional(),
  recipient: z
    .object({
      id: optional(reference),
      type: optional(z.string()),
      contact: optional(z.string()).transform(domainOfAddress),
    })
    .nullish(),
  template: z
    .object({
      variables: z
        .object({
          personId: optional(reference),
          localOfficeName: optional(shortText),
          programmeNumber: optional(shortText),
        })
        .nullish(),
    })
    .nullish(),
  sentAt: optional(instant),
  readAt: optional(instant),
  lastRetry: optional(instant),
  latestStatusEventAt: optional(instant),
})

/** The row without its nesting and without personal data: of the address only the domain is left. */
type History = Omit<z.output<typeof historySchema>, 'recipient' | 'template' | 'tisReference'> & {
  readonly isLocalOffice: boolean
  readonly personRef: string | null
  readonly channel: string | null
  readonly contactDomain: string | null
  readonly localOffice: string | null
  readonly programmeNumber: string | null
}

const STATUSES: ReadonlyMap<string, OutcomeStatus> = new Map([
  ['SCHEDULED', 'scheduled'],
  ['PENDING', 'accepted'],
  ['FAILED', 'failed'],
  ['DELETED', 'deleted'],
  // In-app messages only: they are there for the person as soon as they are stored.
  ['UNREAD', 'delivered'],
  ['READ', 'delivered'],
  ['ARCHIVED', 'delivered'],
])

/** Reads a History row. Throws `NotUnderstood` with the field at fault; a status that is not known is one, since it can be taken for neither good nor bad. */
export function parseHistory(json: unknown, message: OutcomeMessage, parsing: OutcomeParsing): OutcomeEvent {
  const history = readRow(json)
  const status = statusOf(history, parsing)
  const rawDetail = history.statusDetail
  const { reason, detail } =
    status === 'failed' ? reasonOfDetail(rawDetail) : ({ reason: 'none', detail: null } as const)
  const facts = status === 'deleted' ? null : factsOf(history, parsing)
  return {
    eventKey: eventKeyOf(contentOf(history)),
    notificationId: history.id,
    status,
    reason,
    reasonDetail: detail,
    rawStatus: history.status,
    rawDetail,
    order: {
      atMs: orderMoment(momentsOf(history, status, message), history.id, { message, parsing }),
      sequence: message.sequence,
      sentTimestampMs: message.sentTimestampMs,
    },
    facts,
    observedAtMs: parsing.observedAtMs,
  }
}

/** Ours; a status of the sender's own is explained by the settings. */
function statusOf({ status }: History, { sentMeans, statuses = {} }: OutcomeParsing): OutcomeStatus {
  const ours = status === 'SENT' ? sentMeans : STATUSES.get(status)
  if (ours !== undefined) return ours
  const taught = Object.hasOwn(statuses, status) ? statuses[status] : undefined
  if (taught !== undefined) return taught
  throw new NotUnderstood(
    `status: ${status} is not a status that Spillway knows; sources.email-outcomes.statuses can say what it stands for.`,
  )
}

function readRow(json: unknown): History {
  const parsed = historySchema.safeParse(json)
  if (!parsed.success) throw new NotUnderstood(wordsOfIssue(parsed.error.issues[0]))
  const { recipient, template, tisReference, ...row } = parsed.data
  const variables = template?.variables
  return {
    ...row,
    // Written as null for a mail to an office; a sender that leaves the field out says nothing of the kind.
    isLocalOffice: tisReference === null,
    personRef: recipient?.id ?? variables?.personId ?? null,
    channel: recipient?.type ?? null,
    contactDomain: recipient?.contact ?? null,
    localOffice: variables?.localOfficeName ?? null,
    programmeNumber: variables?.programmeNumber ?? null,
  }
}

/** Moments that really were. `sentAt` is the planned time while scheduled, and may be that in a tombstone, for which the queue's own time is better. */
function momentsOf(history: History, status: OutcomeStatus, message: OutcomeMessage): readonly (number | null)[] {
  const always = [history.latestStatusEventAt, history.lastRetry]
  if (status === 'scheduled') return always
  if (status === 'deleted' && message.sentTimestampMs !== null) return [...always, message.sentTimestampMs]
  return [...always, history.sentAt]
}

function factsOf(history: History, parsing: OutcomeParsing): OutcomeFacts {
  const { type, personRef } = history
  if (type === null) throw new NotUnderstood('type: is missing.')
  return {
    notificationType: type,
    isOnboarding: parsing.onboardingTypes.includes(type),
    isEmail: (history.channel ?? 'EMAIL') === 'EMAIL',
    personRef,
    isTest: personRef?.startsWith('-') ?? false,
    isLocalOffice: history.isLocalOffice,
    contactDomain: history.contactDomain,
    localOffice: history.localOffice,
    programmeNumber: history.programmeNumber,
    sentAtMs: history.sentAt,
    lastRetryMs: history.lastRetry,
  }
}

/** All that the row says and Spillway keeps, none of it derived by settings. */
function contentOf(history: History): readonly (string | number | boolean | null)[] {
  return [
    'history',
    history.id,
    history.status,
    history.statusDetail,
    history.type,
    history.isLocalOffice,
    history.personRef,
    history.channel,
    history.contactDomain,
    history.localOffice,
    history.programmeNumber,
    history.sentAt,
    history.readAt,
    history.lastRetry,
    history.latestStatusEventAt,
  ]
}

/** `recipient.id: …`; the words of the schema never repeat the value. */
export function wordsOfIssue(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path.join('.') ?? ''
  return `${path === '' ? 'the message' : path}: ${issue?.message ?? 'is not understood'}.`
}
