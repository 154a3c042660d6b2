import { expect, test } from 'vitest'
import { selectionSchema, transformSchema } from './redrive-plan-schema.ts'

const wordsOf = (parsed: { error?: { issues: readonly { path: PropertyKey[]; message: string }[] } | undefined }) =>
  parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? 'accepted'

test.each([
  [{ kind: 'set-attribute', name: 'n', type: 'Number', value: 'x' }, '0.value: is not a number'],
  [{ kind: 'set-attribute', name: 'n', type: 'Binary', value: 'x' }, '0.value: is not base64'],
  [{ kind: 'set-attribute', name: 'n', type: 'String', value: '' }, '0.value: is empty, which SQS refuses'],
  [{ kind: 'set-attribute', name: 'n', type: 'Date', value: 'x' }, '0.type: is neither String'],
  [{ kind: 'set-attribute', name: 'AWS.n', type: 'String', value: 'x' }, '0.name: is a name that SQS refuses'],
  [{ kind: 'rename-attribute', name: 'a', to: 'a..b' }, '0.to: is a name that SQS refuses'],
  [{ kind: 'patch-body', patch: [{ op: 'remove', path: 'a' }] }, '0.patch.0.path: is not a JSON Pointer'],
  [{ kind: 'patch-body', patch: [{ op: 'remove', path: '/__proto__/a' }] }, '0.patch.0.path: names __proto__'],
  [{ kind: 'patch-body', patch: [{ op: 'add', path: '/a' }] }, '0.patch.0.value: belongs to add'],
  [{ kind: 'patch-body', patch: [{ op: 'move', path: '/a' }] }, '0.patch.0.from: belongs to move'],
  [{ kind: 'patch-body', patch: [{ op: 'add', path: '/a', value: null }] }, 'accepted'],
  [{ kind: 'rename-attribute', name: 'JavaType', to: 'type' }, 'accepted'],
])('a step %o is told apart: %s', (step, words) => {
  expect(wordsOf(transformSchema.safeParse([step]))).toContain(words)
})

test('a list of ids names each once, and knows that a person listed them', () => {
  expect(selectionSchema.parse({ messageIds: ['a', 'b', 'a'] })).toMatchObject({
    messageIds: ['a', 'b'],
    listedBy: 'person',
  })
  expect(selectionSchema.parse({})).toMatchObject({ messageIds: null, listedBy: null, attributes: [] })
})

test('a text to compare with belongs to the test that compares', () => {
  const parsed = selectionSchema.safeParse({ fields: [{ name: 'a', test: 'equals' }] })
  expect(wordsOf(parsed)).toContain('fields.0.value: belongs to the test equals')
})
