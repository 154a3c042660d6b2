import { describe, expect, test } from 'vitest'
import type { PatchOperation, RedriveTransform } from '#lib/domain/redrive-transform.ts'
import { applyTransform, isChanged, TransformProblem } from './apply-transform.ts'

const ATTRIBUTES = {
  JavaType: { DataType: 'String', StringValue: 'uk.nhs.Profile' },
  blob: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255, 10]) },
}
const message = { body: '{"a":1,"list":[1,2]}', attributes: ATTRIBUTES }

const patched = (body: string, ...patch: PatchOperation[]): string =>
  applyTransform({ body, attributes: {} }, [{ kind: 'patch-body', patch }]).body

describe('attributes', () => {
  test('without a step the message is the very same', () => {
    const same = applyTransform(message, [])
    expect(same.body).toBe(message.body)
    expect(same.attributes).toBe(message.attributes)
  })

  test('are removed, renamed and set in the order of the steps', () => {
    const steps: RedriveTransform = [
      { kind: 'rename-attribute', name: 'JavaType', to: 'type' },
      { kind: 'remove-attribute', name: 'missing' },
      { kind: 'set-attribute', name: 'version', type: 'Number.int', value: '2' },
      { kind: 'set-attribute', name: 'raw', type: 'Binary', value: 'AP8K' },
      { kind: 'remove-attribute', name: 'blob' },
    ]
    expect(applyTransform(message, steps)).toEqual({
      body: message.body,
      attributes: {
        type: { DataType: 'String', StringValue: 'uk.nhs.Profile' },
        version: { DataType: 'Number.int', StringValue: '2' },
        raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255, 10]) },
      },
    })
    expect(Object.keys(message.attributes)).toEqual(['JavaType', 'blob'])
  })

  test('are never lost to a rename onto another', () => {
    expect(() => applyTransform(message, [{ kind: 'rename-attribute', name: 'JavaType', to: 'blob' }])).toThrow(
      'It carries both JavaType and blob; renaming would lose one.',
    )
  })
})

describe('the body', () => {
  test('is patched by every operation of RFC 6902', () => {
    expect(
      patched(
        '{"a":{"b":1},"list":[1,3],"old":"x"}',
        { op: 'test', path: '/old', value: 'x' },
        { op: 'add', path: '/list/1', value: 2 },
        { op: 'replace', path: '/a/b', value: { c: null } },
        { op: 'move', from: '/old', path: '/new' },
        { op: 'copy', from: '/list', path: '/again' },
        { op: 'remove', path: '/list/0' },
      ),
    ).toBe('{"a":{"b":{"c":null}},"list":[2,3],"new":"x","again":[1,2,3]}')
    expect(patched('{"a":1}', { op: 'replace', path: '', value: { b: 2 } })).toBe('{"b":2}')
  })

  test('keeps numbers that JavaScript would write differently', () => {
    const numbers = '{"id":12345678901234567890,"rate":1.0,"tiny":1e-7,"keep":-0}'
    expect(patched(numbers, { op: 'add', path: '/b', value: 1 })).toBe(`${numbers.slice(0, -1)},"b":1}`)
  })

  test('keeps its bytes where the patch leaves it equal', () => {
    const spaced = '{ "a": 1 }'
    expect(patched(spaced, { op: 'replace', path: '/a', value: 1 })).toBe(spaced)
  })

  test.each<[string, PatchOperation, string]>([
    ['not JSON', { op: 'remove', path: '/a' }, 'not JSON'],
    ['{"a":1}', { op: 'remove', path: '/b' }, 'remove /b found no such place'],
    ['{"a":1}', { op: 'test', path: '/a', value: 2 }, 'test /a found no such place, or another value'],
    ['{"a":1}', { op: 'remove', path: '' }, 'without a body'],
    ['{"a":{"n":1.0}}', { op: 'copy', from: '/a', path: '/b' }, 'would not survive'],
  ])('that cannot be patched is a problem in words and changes nothing: %s', (body, operation, words) => {
    expect(() => patched(body, operation)).toThrow(TransformProblem)
    expect(() => patched(body, operation)).toThrow(words)
  })
})

test('a message is changed when it would go differently, or cannot go as planned', () => {
  expect(isChanged(message, [{ kind: 'remove-attribute', name: 'JavaType' }])).toBe(true)
  expect(isChanged(message, [{ kind: 'remove-attribute', name: 'missing' }])).toBe(false)
  const same = { kind: 'set-attribute', name: 'blob', type: 'Binary.png', value: 'AP8K' } as const
  expect(isChanged(message, [same])).toBe(false)
  expect(isChanged(message, [{ ...same, value: 'AP8L' }])).toBe(true)
  expect(isChanged(message, [{ kind: 'patch-body', patch: [{ op: 'remove', path: '/missing' }] }])).toBe(true)
})
