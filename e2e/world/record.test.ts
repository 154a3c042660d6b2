import { describe, expect, test } from 'vitest'

import { NO_ADDRESS_DETAIL } from './history-event.ts'
import type { HistoryEvent } from './history-event.ts'
import { WorldRecord } from './record.ts'
import { createNotification } from './services/new-notification.ts'

const NOW = Date.parse('2026-11-18T10:00:00Z')
const MINUTE_MS = 60_000
const OPTIONS = { nowMs: NOW, withoutAfterMs: 10 * MINUTE_MS, overdueAfterMs: 5 * MINUTE_MS }

function row(id: string, person: string, changes: Partial<HistoryEvent> = {}): HistoryEvent {
  const membership = {
    id: `pm-${person}`,
    personId: person,
    programmeName: 'GP',
    programmeNumber: 'D1',
    startDate: '2027-02-03',
    localOffice: 'Wessex',
  }
  return {
    ...createNotification({ type: 'PROGRAMME_CREATED', membership, randomHex: id, createdAtMs: NOW - MINUTE_MS }),
    id,
    ...changes,
  }
}

function recordOf(...events: HistoryEvent[]): WorldRecord {
  const record = new WorldRecord()
  for (const event of events) record.addOutcome(event, NOW)
  return record
}

function planned(minutesAgo: number): HistoryEvent {
  return row('a', '1', { status: 'SCHEDULED', sentAt: new Date(NOW - minutesAgo * MINUTE_MS).toISOString() })
}

const FAILED = { status: 'FAILED', statusDetail: NO_ADDRESS_DETAIL } as const

describe('somebody is without their onboarding e-mail', () => {
  test('when it failed, until the same notification was sent again', () => {
    expect(recordOf(row('a', '1', FAILED)).listWithout(OPTIONS)).toEqual([{ traineeTisId: '1', reason: 'failed' }])
    expect(recordOf(row('a', '1', FAILED), row('a', '1', { status: 'PENDING' })).listWithout(OPTIONS)).toEqual([])
  })

  test('when one of two failed, even if the other went out', () => {
    expect(recordOf(row('a', '1', FAILED), row('b', '1', { status: 'SENT' })).listWithout(OPTIONS)).toHaveLength(1)
  })

  test('when a planned one is overdue, and not before', () => {
    expect(recordOf(planned(6)).listWithout(OPTIONS)).toEqual([{ traineeTisId: '1', reason: 'overdue' }])
    expect(recordOf(planned(4)).listWithout(OPTIONS)).toEqual([])
  })

  test('when their profile is old enough and no e-mail exists, which only the profiles can tell', () => {
    const record = new WorldRecord()
    const profile = { hasAddressInSource: true, isTestUser: false }
    record.addProfile({ ...profile, traineeTisId: '1', createdAtMs: NOW - 11 * MINUTE_MS })
    record.addProfile({ ...profile, traineeTisId: '2', createdAtMs: NOW - 9 * MINUTE_MS })
    record.addProfile({ ...profile, traineeTisId: '-3', createdAtMs: NOW - 60 * MINUTE_MS, isTestUser: true })
    expect(record.listWithout(OPTIONS)).toEqual([{ traineeTisId: '1', reason: 'none' }])
    expect(record.listWithout({ ...OPTIONS, hasProfiles: false })).toEqual([])
  })

  test('but not for test users, in-app notes, mails to local offices or other mails', () => {
    const others = [
      row('a', '-1', FAILED),
      row('b', '2', { ...FAILED, recipient: { id: '2', type: 'IN_APP', contact: null } }),
      row('c', '3', { ...FAILED, tisReference: null }),
      row('d', '4', { ...FAILED, type: 'LTFT_SUBMITTED' }),
    ]
    expect(recordOf(...others).listWithout(OPTIONS)).toEqual([])
  })
})
