import { expect, test } from 'vitest'
import type { IncidentFigures } from '#lib/domain/incident-figures.ts'
import { toldGroups } from './told-rows.ts'

const QUEUE = { name: 'tis-profile-created', label: 'profile-created', sent: 38, deleted: 0, dlq: null }

function figures(given: Partial<IncidentFigures> = {}): IncidentFigures {
  return {
    atMs: 0,
    headline: 'INC-7',
    people: { without: 40, sinceIncident: 31, affected: 31 },
    queues: [QUEUE],
    findings: [],
    ...given,
  }
}

test('each figure stands beside itself, and says whether it changed', () => {
  const now = figures({
    people: { without: 9, sinceIncident: 0, affected: 33, excused: 2 },
    queues: [{ ...QUEUE, deleted: 38 }],
  })
  const groups = toldGroups(figures(), now)
  expect(groups.map(({ title }) => title)).toEqual(['People', 'profile-created'])
  expect(groups[0]?.rows.map(({ told, now: after }) => [told, after])).toEqual([
    [31, 0],
    [31, 33],
    [null, 2],
    [40, 9],
  ])
  expect(groups[1]?.rows).toEqual([
    { label: 'sent', told: 38, now: 38, hasChanged: false },
    { label: 'processed', told: 0, now: 38, hasChanged: true },
  ])
})

test('a queue that was told and is gone keeps its figures, and one that joined later is not known for then', () => {
  const joined = { ...QUEUE, name: 'tis-contact', label: 'contact-details-updated', dlq: 4 }
  const groups = toldGroups(figures(), figures({ queues: [joined] }))
  expect(groups.slice(1).map(({ title, rows }) => [title, rows.map(({ told, now }) => [told, now])])).toEqual([
    [
      'contact-details-updated',
      [
        [null, 38],
        [null, 0],
        [null, 4],
      ],
    ],
    [
      'profile-created',
      [
        [38, null],
        [0, null],
      ],
    ],
  ])
})

test('people are left out where they are no question', () => {
  const none = { people: { without: null, sinceIncident: 0, affected: 0 } }
  expect(toldGroups(null, figures(none)).map(({ title }) => title)).toEqual(['profile-created'])
  expect(toldGroups(figures(), figures(none)).map(({ title }) => title)).toContain('People')
})
