import { randomOf } from '#lib/testing/random.ts'

/** From when to when the notifications are sent. */
export interface HistorySpan {
  readonly fromMs: number
  readonly toMs: number
}

const TWO_YEARS: HistorySpan = { fromMs: Date.UTC(2023, 0, 2), toMs: Date.UTC(2023, 0, 2) + 730 * 86_400_000 }
const TYPES = ['PROGRAMME_CREATED', 'PROGRAMME_DAY_ONE', 'PLACEMENT_UPDATED_WEEK_12', 'COJ_CONFIRMATION'] as const
const DOMAINS = ['gmail.com', 'gmail.com', 'nhs.net', 'doctors.org.uk', 'hotmail.co.uk', 'yahoo.com'] as const
const OFFICES = [
  'East Midlands',
  'East of England',
  'Kent, Surrey and Sussex',
  'London',
  'North East',
  'North West',
  'North West London',
  'South West',
  'Thames Valley',
  'Wessex',
  'West Midlands',
  'Yorkshire and the Humber',
] as const

/** A History row as it is broadcast, the `index`th of `total` notifications that are spread over the span; the same index gives the same row. */
export function historyLine(index: number, total: number, { fromMs, toMs } = TWO_YEARS): string {
  const random = randomOf(index + 1)
  const sentMs = fromMs + Math.floor((index / total) * (toMs - fromMs))
  const end = random.next()
  const isFailed = end < 0.08
  const hasAddress = end >= 0.03
  return JSON.stringify({
    id: Math.floor(sentMs / 1_000).toString(16) + index.toString(16).padStart(16, '0'),
    tisReference: { type: 'PROGRAMME_MEMBERSHIP', id: `7b1c6f02-0000-4000-8000-${String(index).padStart(12, '0')}` },
    type: random.pick(TYPES),
    recipient: {
      id: String(100_000 + random.between(0, total)),
      type: 'EMAIL',
      contact: hasAddress ? `someone@${random.pick(DOMAINS)}` : null,
    },
    template: {
      name: 'programme-created',
      version: 'v1.0.0',
      variables: {
        notificationType: 'PROGRAMME_CREATED',
        programmeName: 'General Practice',
        programmeNumber: `DEM${random.between(0, 999)}`,
        startDate: '2025-02-05',
        localOfficeName: random.pick(OFFICES),
        isRegistered: false,
      },
    },
    attachments: null,
    sentAt: new Date(sentMs).toISOString(),
    readAt: null,
    status: isFailed ? 'FAILED' : 'SENT',
    statusDetail: isFailed ? (hasAddress ? 'Bounce: Permanent - General' : 'No email address available.') : null,
    lastRetry: null,
    latestStatusEventAt: new Date(sentMs + random.between(500, 9_000)).toISOString(),
  })
}
