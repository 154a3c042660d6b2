import { describe, expect, test } from 'vitest'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { OutcomeParsing } from './outcome-message.ts'
import { parseOutcomeMessage } from './parse-outcome-message.ts'

const parsing: OutcomeParsing = {
  sentMeans: 'delivered',
  onboardingTypes: ['PROGRAMME_CREATED'],
  observedAtMs: Date.UTC(2026, 10, 22),
}

function parse(json: unknown): OutcomeEvent {
  const parsed = parseOutcomeMessage(
    { messageId: 'm-1', body: JSON.stringify(json), sequence: null, sentTimestampMs: null },
    parsing,
  )
  if (parsed.kind === 'unreadable') throw new Error(parsed.unreadable.reason)
  return parsed.event
}

const ID = '672b7b559f1c2a7b3d4e5f60'

/** As it is broadcast: every field is there. */
const BROADCAST = {
  id: ID,
  tisReference: null,
  type: 'PROGRAMME_CREATED',
  recipient: { id: '900042', type: 'EMAIL', contact: 'a.trainee@example.com' },
  template: { variables: { localOfficeName: 'Thames Valley', programmeNumber: null } },
  sentAt: '2024-11-06T14:21:09.551Z',
  readAt: null,
  status: 'FAILED',
  statusDetail: 'Bounce: Transient - General',
  lastRetry: '2024-11-07T21:06:31.902Z',
  latestStatusEventAt: null,
}

describe('a document of MongoDB', () => {
  test.each([
    ['relaxed', { $date: '2024-11-06T14:21:09.551Z' }],
    ['canonical', { $date: { $numberLong: String(Date.parse('2024-11-06T14:21:09.551Z')) } }],
    ['of an old tool', { $date: Date.parse('2024-11-06T14:21:09.551Z') }],
  ])(
    'with %s dates is the same event as the row that was broadcast, though fields that are null are left out',
    (_, sentAt) => {
      const document = {
        _id: { $oid: ID },
        type: 'PROGRAMME_CREATED',
        recipient: { _id: '900042', id: '900042', type: 'EMAIL', contact: 'a.trainee@example.com' },
        template: { name: 'programme-created', variables: { localOfficeName: 'Thames Valley', isValidGmc: false } },
        sentAt,
        status: 'FAILED',
        statusDetail: 'Bounce: Transient - General',
        lastRetry: { $date: '2024-11-07T21:06:31.902Z' },
        _class: 'uk.nhs.tis.trainee.notifications.model.History',
      }
      expect(parse(document)).toStrictEqual(parse(BROADCAST))
    },
  )

  test('holding a kind of value that no notification has is not understood', () => {
    expect(() => parse({ _id: { $oid: ID }, status: { $regex: 'x' } })).toThrow('$regex: is no kind of value')
    expect(() => parse({ _id: { $numberLong: 'x' }, status: 'FAILED' })).toThrow('id: ')
  })
})

describe('a flat record', () => {
  test('of an export or of another system is the same event', () => {
    const exported = {
      notificationId: `ObjectId(${ID})`,
      type: 'PROGRAMME_CREATED',
      'recipient.id': '900042',
      'recipient.type': 'EMAIL',
      'recipient.contact': 'a.trainee@example.com',
      'tisReference.type': '',
      'tisReference.id': '',
      'template.variables.localOfficeName': 'Thames Valley',
      status: 'FAILED',
      statusDetail: 'Bounce: Transient - General',
      sentAt: '2024-11-06T14:21:09.551Z',
      lastRetry: '2024-11-07T21:06:31.902Z',
    }
    const other = {
      notificationId: ID,
      notificationType: 'PROGRAMME_CREATED',
      traineeRef: '900042',
      channel: 'EMAIL',
      contactDomain: 'example.com',
      refType: null,
      localOffice: 'Thames Valley',
      rawStatus: 'FAILED',
      rawDetail: 'Bounce: Transient - General',
      sentAt: '2024-11-06T14:21:09.551Z',
      lastRetry: '2024-11-07T21:06:31.902Z',
    }
    expect(parse(exported)).toStrictEqual(parse(BROADCAST))
    expect(parse(other)).toStrictEqual(parse(BROADCAST))
  })

  test('says nothing of what it has no column for, and names are no way to anything else', () => {
    const event = parse(
      JSON.parse(`{"notificationId":"1","status":"SENT","type":"X","__proto__":{"status":"FAILED"},"__proto__.status":"FAILED",
        "constructor.prototype.status":"FAILED","recipient":"x"}`),
    )
    expect(event).toMatchObject({ status: 'delivered', facts: { isLocalOffice: false, personRef: null } })
    expect(Object.hasOwn(Object.prototype, 'status')).toBe(false)
  })
})
