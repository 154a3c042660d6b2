import { expect, test } from 'vitest'
import { chosenPlan, NO_CHOICES, type PlanChoices } from './plan-choices.ts'

test('nothing chosen takes everything back to where it came from, unchanged, one first', () => {
  expect(chosenPlan(NO_CHOICES, 'UTC')).toEqual({
    purpose: null,
    destination: null,
    canaryMessages: 1,
    way: 'ledger',
    selection: { sentFromMs: null, sentBeforeMs: null, shape: null, messageIds: null, attributes: [], fields: [] },
    transform: [],
  })
})

const planIn = (zone: string, given: Partial<PlanChoices>) => chosenPlan({ ...NO_CHOICES, ...given }, zone)

test('the choices become a selection and steps in their order', () => {
  const line = { of: 'attributes', name: 'JavaType', test: 'present', value: 'left over' } as const
  expect(
    planIn('UTC', {
      sentFrom: '2026-11-23T10:30',
      messageIds: ' a,b\n c ',
      conditions: [line, { of: 'fields', name: 'kind', test: 'equals', value: 'x' }],
      changes: [
        { kind: 'rename-attribute', name: 'a', text: 'b', type: 'String' },
        { kind: 'set-attribute', name: 'n', text: '1', type: 'Number' },
      ],
      patch: '[{"op":"remove","path":"/a"}]',
    }),
  ).toMatchObject({
    selection: {
      sentFromMs: Date.UTC(2026, 10, 23, 10, 30),
      messageIds: ['a', 'b', 'c'],
      attributes: [{ name: 'JavaType', test: 'present', value: null }],
      fields: [{ name: 'kind', test: 'equals', value: 'x' }],
    },
    transform: [
      { kind: 'rename-attribute', name: 'a', to: 'b' },
      { kind: 'set-attribute', name: 'n', type: 'Number', value: '1' },
      { kind: 'patch-body', patch: [{ op: 'remove', path: '/a' }] },
    ],
  })
})

test.each([
  ['{"op":"remove"}', 'write a list'],
  ['[', 'is not JSON'],
])('a patch %s is refused in words', (patch, words) => {
  expect(planIn('UTC', { patch })).toContain(words)
})

const EMPTY = { of: 'attributes', name: ' ', test: 'present', value: '' } as const

test.each<[Partial<PlanChoices>, string]>([
  [{ conditions: [EMPTY] }, '“whose attribute”: write the name of the attribute, or drop the line.'],
  [{ conditions: [{ ...EMPTY, of: 'fields' }] }, '“whose body field”: write the path of the field, or drop the line.'],
  [
    { changes: [{ kind: 'set-attribute', name: '', text: '1', type: 'Number' }] },
    '“Set”: write the name of the attribute, or drop the line.',
  ],
])('a line without a name is refused, never dropped: %o', (given, words) => {
  expect(planIn('UTC', given)).toBe(words)
})

const beforeIn = (zone: string, sentBefore: string) => {
  const plan = planIn(zone, { sentBefore })
  return typeof plan === 'string' ? plan : new Date(plan.selection.sentBeforeMs ?? 0).toISOString()
}

test('moments are those of the reader’s zone, also around a change of the clocks', () => {
  expect(beforeIn('Europe/London', '2026-07-01T01:16')).toBe('2026-07-01T00:16:00.000Z')
  expect(beforeIn('Europe/London', '2026-03-29T03:00')).toBe('2026-03-29T02:00:00.000Z')
  expect(beforeIn('Asia/Kathmandu', '2026-11-23T01:16')).toBe('2026-11-22T19:31:00.000Z')
})
