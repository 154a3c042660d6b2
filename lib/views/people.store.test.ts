import { sql } from 'drizzle-orm'
import { array, asyncProperty, assert, boolean, constantFrom, integer, option, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { OutcomeEvent, OutcomeStatus } from '#lib/domain/outcome.ts'
import type { Profile } from '#lib/domain/mark.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { countPeopleWithout, listPeopleWithout, type WithoutRule } from '#lib/store/people-without.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { countPeopleSince } from '#lib/store/read-people-since.ts'
import { anOutcomeEvent } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'

const NOW = Date.UTC(2024, 10, 7, 15)
const HOUR = 3_600_000
const RULE: WithoutRule = { nowMs: NOW, withoutAfterMs: 24 * HOUR, overdueAfterMs: 2 * HOUR, hasProfiles: true }
const PEOPLE = ['101', '102', '103', '-9'] as const

/** A notification keeps its kind; its events differ in status, moment and planned time. */
const notification = record({
  person: option(constantFrom(...PEOPLE)),
  isOnboarding: boolean(),
  isEmail: boolean(),
  isLocalOffice: boolean(),
  events: array(
    record({
      status: constantFrom<OutcomeStatus>('scheduled', 'accepted', 'delivered', 'failed', 'deleted'),
      plannedHours: integer({ min: -6, max: 6 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})
const profile = record({ person: constantFrom(...PEOPLE), ageHours: integer({ min: 0, max: 48 }) })

interface Told {
  readonly events: readonly OutcomeEvent[]
  readonly profiles: readonly Profile[]
}

/** Every event has a moment of its own, so that the order of events is the order of their moments. */
function tell(notifications: readonly Notification[]): OutcomeEvent[] {
  let count = 0
  return notifications.flatMap((each, number) =>
    each.events.map(({ status, plannedHours }) => {
      count += 1
      return anOutcomeEvent({
        notificationId: `n${number}`,
        status,
        atMs: NOW - HOUR + count * 1000,
        facts: {
          personRef: each.person,
          isTest: each.person?.startsWith('-') ?? false,
          isOnboarding: each.isOnboarding,
          isEmail: each.isEmail,
          isLocalOffice: each.isLocalOffice,
          sentAtMs: NOW + plannedHours * HOUR,
        },
      })
    }),
  )
}

interface Notification {
  readonly person: string | null
  readonly isOnboarding: boolean
  readonly isEmail: boolean
  readonly isLocalOffice: boolean
  readonly events: readonly { readonly status: OutcomeStatus; readonly plannedHours: number }[]
}

interface Without {
  readonly ref: string
  readonly why: string
  readonly sinceMs: number
}

/** The definition in plain words over plain lists: nothing here is shared with the store. */
function recompute({ events, profiles }: Told): Without[] {
  const people = new Set([...events.map(({ facts }) => facts?.personRef ?? ''), ...profiles.map(({ ref }) => ref)])
  return [...people]
    .filter((ref) => ref !== '' && !ref.startsWith('-'))
    .flatMap((ref) => whyWithout(ref, { events, profiles }) ?? [])
}

function whyWithout(ref: string, { events, profiles }: Told): Without | null {
  const ids = new Set(
    events.filter(({ facts }) => facts?.personRef === ref).map(({ notificationId }) => notificationId),
  )
  const mails = [...ids].flatMap((id) => {
    const history = events
      .filter(({ notificationId }) => notificationId === id)
      .sort((a, b) => a.order.atMs - b.order.atMs)
    const last = history.at(-1)
    const facts = last?.facts
    return last !== undefined && facts?.isOnboarding === true && facts.isEmail && !facts.isLocalOffice
      ? [{ last, history }]
      : []
  })
  const failed = mails.filter(({ last }) => last.status === 'failed')
  if (failed.length > 0) {
    const moments = failed.map(({ history }) => {
      const healed = history.findLastIndex(({ status }) => status === 'accepted' || status === 'delivered')
      return history.slice(healed + 1).find(({ status }) => status === 'failed')?.order.atMs ?? 0
    })
    return { ref, why: 'failed', sinceMs: Math.min(...moments) }
  }
  const overdue = mails
    .filter(({ last }) => last.status === 'scheduled')
    .map(({ last }) => last.facts?.sentAtMs ?? Infinity)
    .filter((plannedMs) => plannedMs < NOW - RULE.overdueAfterMs)
  if (overdue.length > 0) return { ref, why: 'overdue', sinceMs: Math.min(...overdue) }
  const createdMs = Math.min(...profiles.filter((each) => each.ref === ref).map(({ createdAtMs }) => createdAtMs))
  const hasAny = mails.some(({ last }) => last.status !== 'deleted')
  const isOld = createdMs <= NOW - RULE.withoutAfterMs
  return !hasAny && isOld ? { ref, why: 'no_notification', sinceMs: createdMs } : null
}

describeStores('who is without their e-mail', ({ db }) => {
  test('is what a plain recomputation of the definition says, in whatever order and how often events come', async () => {
    const sizes: number[] = []
    await assert(
      asyncProperty(
        array(notification, { maxLength: 8 }),
        array(profile, { maxLength: 5 }),
        integer({ min: 1, max: 1000 }),
        async (notifications, ages, seed) => {
          const events = tell(notifications)
          const profiles = ages.map(({ person, ageHours }) => ({ ref: person, createdAtMs: NOW - ageHours * HOUR }))
          const expected = recompute({ events, profiles })
          sizes.push(expected.length)
          await db().orm.execute(sql`truncate outcome, outcome_event, outcome_rollup, profile`)
          await db().transaction(async (tx) => {
            await applyOutcomeEvents(tx, [...shuffle(events, seed), ...events.slice(0, 2)], { isBackfill: false })
            await insertProfiles(tx, profiles, NOW)
          })
          const { persons, total } = await listPeopleWithout(db().orm, { ...RULE, limit: 100 })
          const found = persons.map(({ ref, why, sinceMs }) => ({ ref, why, sinceMs }))
          expect(found.sort(byRef)).toEqual(expected.sort(byRef))
          expect(total).toBe(expected.length)
          await expectCounts(expected)
        },
      ),
      { numRuns: 40, seed: 20_241_107 },
    )
    // The cases must hold people of both kinds, or the comparison says nothing.
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(10)
  })

  async function expectCounts(expected: readonly Without[]): Promise<void> {
    const of = (why: string): number => expected.filter((person) => person.why === why).length
    expect(await countPeopleWithout(db().orm, RULE)).toEqual({
      named: expected.length,
      byFailure: of('failed'),
      byOverdue: of('overdue'),
      byNoNotification: of('no_notification'),
      sinceMs: expected.length === 0 ? null : Math.min(...expected.map(({ sinceMs }) => sinceMs)),
    })
    const sinceMs = NOW - 3 * HOUR
    const later = expected.filter((person) => person.sinceMs >= sinceMs).length
    expect(await countPeopleSince(db().orm, RULE, sinceMs)).toBe(later)
    const withoutProfiles = await countPeopleWithout(db().orm, { ...RULE, hasProfiles: false })
    expect(withoutProfiles.named).toBe(of('failed') + of('overdue'))
  }
})

function byRef(a: Without, b: Without): number {
  return a.ref < b.ref ? -1 : 1
}

/** A fixed shuffle of a seed, so that a failing case can be run again. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.sin(seed * (index + 1)) }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
