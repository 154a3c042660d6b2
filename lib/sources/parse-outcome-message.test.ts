import { describe, expect, test } from 'vitest'
import { parseOutcomeMessage } from './parse-outcome-message.ts'
import {
  detailOf,
  eventOf,
  HISTORY,
  lineOf,
  messageOf,
  parse,
  parsing,
  reasonOf,
  sampleLines,
} from './fixtures/outcome-samples.ts'

describe('the sample messages', () => {
  test('are 14, of which notifications and SES feedback are events and everything else is told apart', () => {
    const kinds = Object.fromEntries(
      sampleLines.map((line) => [line.case, parseOutcomeMessage(messageOf(line), parsing).kind]),
    )
    const unreadable = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C14']
    expect(sampleLines).toHaveLength(14)
    for (const [name, kind] of Object.entries(kinds)) {
      expect([name, kind]).toEqual([name, unreadable.includes(name) ? 'unreadable' : 'event'])
    }
  })

  test('C8: an e-mail that failed for want of an address', () => {
    const event = eventOf(parseOutcomeMessage(messageOf(lineOf('C8')), parsing))
    expect(event).toMatchObject({
      notificationId: '672b7b559f1c2a7b3d4e5f60',
      status: 'failed',
      reason: 'no_email_address',
      rawStatus: 'FAILED',
      rawDetail: 'No email address available.',
      order: {
        atMs: Date.parse('2024-11-06T14:21:09.551Z'),
        sequence: '18889754600000000001',
        sentTimestampMs: 1730902869700,
      },
      facts: {
        notificationType: 'PROGRAMME_CREATED',
        isOnboarding: true,
        isEmail: true,
        personRef: '900042',
        isTest: false,
        isLocalOffice: false,
        contactDomain: null,
        localOffice: 'Yorkshire and the Humber',
        programmeNumber: 'DEM042',
      },
    })
  })

  test('C9: the same notification sent again comes later in the order, by lastRetry', () => {
    const before = eventOf(parseOutcomeMessage(messageOf(lineOf('C8')), parsing))
    const after = eventOf(parseOutcomeMessage(messageOf(lineOf('C9')), parsing))
    expect(after).toMatchObject({ notificationId: before.notificationId, status: 'delivered', reason: 'none' })
    expect(after.order.atMs).toBe(Date.parse('2024-11-07T21:06:31.902Z'))
    expect(after.facts?.contactDomain).toBe('example.com')
    expect(after.eventKey).not.toBe(before.eventKey)
  })

  test.each([
    ['C10', 'failed', 'bounce_permanent', 'General', 'Bounce: Permanent - General', '2024-11-06T09:31:04.118Z'],
    ['C11', 'failed', 'bounce_transient', 'MailboxFull', 'Bounce: Transient - MailboxFull', '2024-11-06T00:14:40.002Z'],
    ['C12', 'failed', 'complaint', 'abuse', 'Complaint: abuse', '2024-11-06T18:20:00.000Z'],
    ['C13', 'delivered', 'none', null, null, '2024-11-07T21:06:35.410Z'],
  ])('%s: SES feedback is %s, %s', (...row) => {
    const [name, status, reason, reasonDetail, rawDetail, at] = row
    const event = eventOf(parseOutcomeMessage(messageOf(lineOf(name)), parsing))
    expect(event).toMatchObject({ status, reason, reasonDetail, rawDetail, facts: null })
    expect(event.order.atMs).toBe(Date.parse(at))
  })

  test('C14: SES feedback without our header names what is missing', () => {
    expect(reasonOf(parseOutcomeMessage(messageOf(lineOf('C14')), parsing))).toContain('NotificationId')
  })

  test('no address and no name is left in any event or reason', () => {
    for (const line of sampleLines) {
      const parsed = parseOutcomeMessage(messageOf(line), parsing)
      const kept = parsed.kind === 'event' ? JSON.stringify(parsed.event) : parsed.unreadable.reason
      expect(kept).not.toMatch(/trainee@|Alex|no-reply/i)
    }
  })
})

describe('the identity of an event', () => {
  test('is the same for a redelivery, inside SNS, as an SQS message of an export, and with other settings', () => {
    const bare = eventOf(parse(HISTORY)).eventKey
    const text = JSON.stringify(HISTORY)
    const sns = { Type: 'Notification', MessageId: 'x', TopicArn: 'arn:aws:sns:a:b:c', Message: text }
    expect(eventOf(parse(HISTORY, { messageId: 'm-2', sequence: '7', sentTimestampMs: 1730902870000 })).eventKey).toBe(
      bare,
    )
    expect(eventOf(parse(sns)).eventKey).toBe(bare)
    expect(eventOf(parse({ MessageId: 'y', Body: JSON.stringify(sns) })).eventKey).toBe(bare)
    expect(eventOf(parse(HISTORY, { sentMeans: 'accepted', onboardingTypes: [], observedAtMs: 1 })).eventKey).toBe(bare)
  })

  test('does not depend on the order of fields, on how moments are written, or on fields that are not kept', () => {
    const other = {
      ...Object.fromEntries(Object.entries(HISTORY).toReversed()),
      sentAt: Date.parse(HISTORY.sentAt) / 1_000,
      attachments: [{ name: 'x.pdf' }],
    }
    expect(eventOf(parse(other)).eventKey).toBe(eventOf(parse(HISTORY)).eventKey)
  })

  test.each([
    { status: 'FAILED', statusDetail: 'Bounce: Permanent - General' },
    { lastRetry: '2024-11-07T21:06:31.902Z' },
    { latestStatusEventAt: '2024-11-07T21:06:31.902Z' },
    { sentAt: '2024-11-06T14:21:09.552Z' },
    { recipient: { ...HISTORY.recipient, contact: 'a.trainee@example.org' } },
  ])('differs for every real change: %j', (change) => {
    expect(eventOf(parse({ ...HISTORY, ...change })).eventKey).not.toBe(eventOf(parse(HISTORY)).eventKey)
  })
})

describe('the order of events', () => {
  const createdMs = Number.parseInt('672b7b55', 16) * 1_000

  test('a planned time never takes part: a scheduled event stands at the second of its creation', () => {
    const event = eventOf(parse({ ...HISTORY, status: 'SCHEDULED', sentAt: '2025-02-05T00:00:00Z' }))
    expect(event.order.atMs).toBe(createdMs)
    expect(event.facts?.sentAtMs).toBe(Date.parse('2025-02-05T00:00:00Z'))
  })

  test('without a telling id a scheduled event stands where the queue took it', () => {
    const scheduled = { ...HISTORY, id: 'n-1', status: 'SCHEDULED', sentAt: '2027-02-05T00:00:00Z' }
    expect(eventOf(parse(scheduled, { sentTimestampMs: 1_730_902_869_700 })).order.atMs).toBe(1_730_902_869_700)
  })

  test('a tombstone of a scheduled e-mail stands where the queue took it, not at the planned time', () => {
    const tombstone = { id: HISTORY.id, sentAt: '2027-02-05T00:00:00Z', status: 'DELETED' }
    const event = eventOf(parse(tombstone, { sentTimestampMs: 1_730_999_999_000 }))
    expect(event).toMatchObject({ status: 'deleted', facts: null })
    expect(event.order.atMs).toBe(1_730_999_999_000)
    expect(eventOf(parse(tombstone)).order.atMs).toBe(createdMs)
  })

  test('the latest of status event, retry and sending counts', () => {
    const event = eventOf(
      parse({ ...HISTORY, lastRetry: '2024-11-07T10:00:00Z', latestStatusEventAt: '2024-11-08T10:00:00Z' }),
    )
    expect(event.order.atMs).toBe(Date.parse('2024-11-08T10:00:00Z'))
  })
})

describe('what the status says', () => {
  test.each([
    ['SENT', 'delivered', 'accepted'],
    ['PENDING', 'accepted', 'accepted'],
    ['SCHEDULED', 'scheduled', 'scheduled'],
  ])('%s is %s, or %s where SENT means accepted', (status, expected, whenAccepted) => {
    expect(eventOf(parse({ ...HISTORY, status })).status).toBe(expected)
    expect(eventOf(parse({ ...HISTORY, status }, { sentMeans: 'accepted' })).status).toBe(whenAccepted)
  })

  test.each([
    ['No email address available.', 'no_email_address', null],
    ['Bounce: Permanent - OnAccountSuppressionList', 'bounce_permanent', 'OnAccountSuppressionList'],
    ['Bounce: Transient - General', 'bounce_transient', 'General'],
    ['Bounce: Undetermined - Undetermined', 'bounce_undetermined', 'Undetermined'],
    ['Bounce: Strange - New', 'bounce_undetermined', 'Strange - New'],
    ['Complaint: abuse', 'complaint', 'abuse'],
    ['Missed Schedule: Programme already started', 'missed_schedule', 'Programme already started'],
    ['Something new', 'other', null],
    [null, 'other', null],
  ])('the failure %j is %s', (statusDetail, reason, reasonDetail) => {
    const event = eventOf(parse({ ...HISTORY, status: 'FAILED', statusDetail }))
    expect(event).toMatchObject({ status: 'failed', reason, reasonDetail, rawDetail: statusDetail })
  })

  test('an address in a detail is taken out', () => {
    const event = eventOf(parse({ ...HISTORY, status: 'FAILED', statusDetail: 'Rejected <b.c@example.net> twice' }))
    expect(event.rawDetail).toBe('Rejected <(address removed)> twice')
  })

  test('of an endless detail the beginning is kept, and no half of an address or of a character', () => {
    expect(detailOf('x'.repeat(5_000))).toBe('x'.repeat(2_000))
    expect(detailOf(`${'x '.repeat(998)}someone@example.com`)).not.toContain('some')
    expect(detailOf(`${'x'.repeat(1_999)}\u{1f600}`)).toBe(`${'x'.repeat(1_999)}\ufffd`)
  })

  test('no control character reaches the store, which would refuse the whole batch', () => {
    const variables = { localOfficeName: 'Thames\u0000Valley', programmeNumber: 'DEM\u0007042' }
    const recipient = { ...HISTORY.recipient, contact: 'a@exam\u0000ple.com' }
    const event = eventOf(parse({ ...HISTORY, recipient, template: { variables }, statusDetail: '\u0000\ud800' }))
    expect(event.facts).toMatchObject({ localOffice: 'Thames Valley', programmeNumber: 'DEM 042', contactDomain: null })
    expect(event.rawDetail).toBe(' \ufffd')
    expect(reasonOf(parse({ ...HISTORY, recipient: { id: '9\u00007' } }))).toContain('recipient.id')
  })

  test('a status that is not known is neither good nor bad, and is kept for a person', () => {
    for (const status of ['SHELVED', 'constructor', '__proto__', 'toString'])
      expect(reasonOf(parse({ ...HISTORY, status }))).toBe(
        `status: ${status} is not a status that Spillway knows; sources.email-outcomes.statuses can say what it stands for.`,
      )
    expect(eventOf(parse({ ...HISTORY, status: 'FAILED', statusDetail: 'Bounce: constructor' })).reason).toBe(
      'bounce_undetermined',
    )
  })

  test('a status that the settings explain is what they say, and none of ours is changed by them', () => {
    const statuses = { SHELVED: 'failed', FAILED: 'delivered' } as const
    const event = eventOf(parse({ ...HISTORY, status: 'SHELVED' }, { statuses }))
    expect([event.status, event.rawStatus]).toEqual(['failed', 'SHELVED'])
    expect(eventOf(parse({ ...HISTORY, status: 'FAILED' }, { statuses })).status).toBe('failed')
  })

  test('an in-app message, a mail to an office and a test user are told apart', () => {
    const inApp = parse({ ...HISTORY, status: 'UNREAD', recipient: { id: '1', type: 'IN_APP' } })
    expect(eventOf(inApp).facts).toMatchObject({ isEmail: false, isLocalOffice: false })
    expect(eventOf(parse({ ...HISTORY, tisReference: null })).facts?.isLocalOffice).toBe(true)
    const { tisReference: _, ...untold } = HISTORY
    expect(eventOf(parse(untold)).facts?.isLocalOffice).toBe(false)
    expect(eventOf(parse({ ...HISTORY, recipient: { id: '-7' } })).facts).toMatchObject({ isTest: true, isEmail: true })
  })

  test.each(['eventType', 'notificationType'])('SES is understood by %s', (field) => {
    const ses = {
      [field]: 'Delivery',
      delivery: { timestamp: '2024-11-07T21:06:35Z' },
      mail: { timestamp: '2024-11-07T21:06:33Z', headers: [{ name: 'notificationid', value: HISTORY.id }] },
    }
    expect(eventOf(parse(ses))).toMatchObject({ status: 'delivered', notificationId: HISTORY.id })
  })
})
