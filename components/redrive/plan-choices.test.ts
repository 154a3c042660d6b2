import { expect, test } from 'vitest'
import { chosenPlan, NO_CHOICES } from './plan-choices.ts'

test('nothing chosen takes everything back to where it came from, unchanged, one first', () => {
  expect(chosenPlan(NO_CHOICES)).toEqual({
    purpose: null,
    destination: null,
    canaryMessages: 1,
    way: 'ledger',
    selection: { sentFromMs: null, sentBeforeMs: null, shape: null, messageIds: null, attributes: [], fields: [] },
    transform: [],
  })
})

test('the choices become a selection and steps in their order; lines without a name are left out', () => {
  const line = { of: 'attributes', name: 'JavaType', test: 'present', value: 'left over' } as const
  expect(
    chosenPlan({
      ...NO_CHOICES,
      sentFrom: '2026-11-23T10:30',
      messageIds: ' a,b\n c ',
      conditions: [line, { ...line, name: '' }, { of: 'fields', name: 'kind', test: 'equals', value: 'x' }],
      changes: [
        { kind: 'rename-attribute', name: 'a', text: 'b', type: 'String' },
        { kind: 'set-attribute', name: 'n', text: '1', type: 'Number' },
        { kind: 'set-attribute', name: '', text: '1', type: 'Number' },
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
  expect(chosenPlan({ ...NO_CHOICES, patch })).toContain(words)
})
