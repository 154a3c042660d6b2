import { describe, expect, test } from 'vitest'

import { settingsSchema } from '#lib/config/settings.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import { flowEvents } from '#lib/detect/detect-events.ts'
import { openFindingLog } from '#lib/detect/fold-findings.ts'
import type { TimedFinding } from '#lib/detect/fold-findings.ts'
import { detectors } from '#lib/detect/index.ts'
import { openOutcomeBook } from '#lib/detect/outcome-book.ts'
import { runDetectors } from '#lib/detect/run-detectors.ts'
import type { SubjectState } from '#lib/detect/run-detectors.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import { NO_ADDRESS_DETAIL } from '#world/history-event.ts'
import { QUEUE_NAMES } from '#world/queues.ts'

import { hourWeight } from './hour-weights.ts'
import type { PastEvent } from './past-outcomes.ts'
import { createSummer } from './summer-2024.ts'
import type { Summer } from './summer-2024.ts'
import { DAY_MS, SUMMER } from './summer-pace.ts'

/** Named, so that a summer that goes wrong can be talked about and run again. */
const SEEDS = {
  alder: 1,
  ash: 2,
  aspen: 3,
  beech: 4,
  birch: 5,
  cedar: 6,
  cherry: 7,
  elder: 8,
  elm: 9,
  fir: 10,
  hazel: 11,
  holly: 12,
  larch: 13,
  lime: 14,
  maple: 15,
  oak: 16,
  pine: 17,
  rowan: 18,
  willow: 19,
  yew: 20,
} as const

const MINUTE_MS = 60_000
const TICK_MS = MINUTE_MS
const POLL_MS = 300_000
const SETTINGS = settingsSchema.parse({
  flow: [{ queue: QUEUE_NAMES.profileCreated, label: 'profile-created', profilesIn: true }],
  sources: { 'email-outcomes': { queueUrl: 'http://sqs.example/outcomes' } },
})

/** Everything in the order in which it arrives: history first, as one, then what comes live, with a tick every minute. */
function* eventsOf(summer: Summer): Generator<readonly DetectEvent[]> {
  const book = openOutcomeBook()
  const outcome = ({ atMs, event }: PastEvent, isBackfill: boolean): readonly DetectEvent[] => {
    const parsing = { ...SETTINGS.sources['email-outcomes'], observedAtMs: atMs + 800 }
    const message = {
      messageId: `${event.id} ${atMs}`,
      body: JSON.stringify(event),
      sequence: null,
      sentTimestampMs: atMs,
    }
    const parsed = parseOutcomeMessage(message, { sentMeans: 'delivered', onboardingTypes: [], ...parsing })
    if (parsed.kind !== 'event') throw new Error(parsed.unreadable.reason)
    return book.tell(parsed.event, { isBackfill })
  }
  yield flowEvents(summer.pastFlows, true, SETTINGS.flow)
  const past = summer.mails.filter(({ atMs }) => atMs < SUMMER.liveFromMs)
  yield past.flatMap((mail) => outcome(mail, true))
  let [mail, flow] = [past.length, 0]
  for (let atMs = SUMMER.liveFromMs + TICK_MS; atMs <= SUMMER.toMs; atMs += TICK_MS) {
    for (; (summer.mails[mail]?.atMs ?? Infinity) + 800 <= atMs; mail += 1) {
      const next = summer.mails[mail]
      if (next !== undefined) yield outcome(next, false)
    }
    const flows = []
    // CloudWatch serves a minute two minutes after its end.
    const servedMs = atMs % POLL_MS === 0 ? atMs - 3 * MINUTE_MS : 0
    for (; (summer.flows[flow]?.atMs ?? Infinity) <= servedMs; flow += 1) {
      const next = summer.flows[flow]
      if (next !== undefined) flows.push(next)
    }
    const source = {
      kind: 'source',
      atMs,
      source: 'email-outcomes',
      title: 'E-mail outcomes',
      everySeconds: 0,
    } as const
    yield [
      ...flowEvents(flows, false, SETTINGS.flow),
      { ...source, isOk: true, failingSinceMs: null, reason: null },
      { kind: 'tick', atMs },
    ]
  }
}

function findingsOf(summer: Summer): readonly TimedFinding[] {
  const log = openFindingLog()
  let states: readonly SubjectState[] = []
  for (const events of eventsOf(summer)) {
    const run = runDetectors(detectors, events, states)
    states = run.states
    log.take(run.verdicts)
  }
  return log.list()
}

/** Minutes of work between two moments: Monday to Friday, 07:00 to 18:00 in London, no bank holidays (there is none from 14 July to 14 August). */
function workingMinutes(fromMs: number, toMs: number): number {
  let minutes = 0
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS)
    if (hourWeight(atMs) > 0) minutes += Math.min(MINUTE_MS, toMs - atMs) / MINUTE_MS
  return minutes
}

describe('the incident of 2024 at its real pace, from May on, as the detectors see it live', () => {
  const summers = Object.entries(SEEDS).map(([name, seed]) => ({ name, summer: createSummer(seed) }))

  test('is told within ninety working minutes of the first lost profile in 19 of 20 summers, and nothing else is in the 30 days before', () => {
    const told = summers.map(({ name, summer }) => {
      const found = findingsOf(summer)
      const before = found.filter(({ openedMs }) => openedMs < summer.firstLostMs)
      const first = found.find(({ openedMs }) => openedMs >= summer.firstLostMs)
      const minutes = first === undefined ? Infinity : workingMinutes(summer.firstLostMs, first.openedMs)
      return { name, minutes, first: first?.detector, before: before.map(({ title }) => title) }
    })
    expect(told.filter(({ before }) => before.length > 0)).toEqual([])
    const late = told.filter(({ minutes }) => minutes > 90)
    expect(late.length, `late: ${JSON.stringify(late)}`).toBeLessThanOrEqual(1)
  }, 300_000)

  test('is at the volumes that the story has', () => {
    const days = summers.map(({ summer }) => {
      const of = (dayMs: number) => summer.mails.filter(({ atMs }) => atMs >= dayMs && atMs < dayMs + DAY_MS)
      // A Wednesday and a Thursday: no upload, no cohort.
      const mails = [...of(Date.parse('2024-07-17')), ...of(Date.parse('2024-07-18'))]
      const first = mails.filter(({ event }) => event.lastRetry === null)
      return {
        mails:
          first.filter(({ event }) => event.status !== 'SCHEDULED' && event.latestStatusEventAt === null).length / 2,
        noAddress: first.filter(({ event }) => event.statusDetail === NO_ADDRESS_DETAIL).length / 2,
        bounces: first.filter(({ event }) => event.latestStatusEventAt !== null).length / 2,
      }
    })
    const mean = (key: 'mails' | 'noAddress' | 'bounces') => days.reduce((sum, day) => sum + day[key], 0) / days.length
    expect(mean('mails')).toBeGreaterThan(80)
    expect(mean('mails')).toBeLessThan(105)
    expect(mean('noAddress')).toBeLessThan(1)
    expect(mean('bounces')).toBeGreaterThan(1.4)
    expect(mean('bounces')).toBeLessThan(2.6)
  })
})
