import { expect, test } from 'vitest'
import { EVERYTHING, type RedriveSelection } from '#lib/domain/redrive-selection.ts'
import { shapeOf } from '#lib/domain/message-shape.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { attributesOf } from './held-message.ts'
import { groupOf } from './group-of.ts'
import { isHeldBack, isSelected, type SelectableMessage } from './is-selected.ts'

const message: SelectableMessage = {
  messageId: 'm-1',
  deadLetterOf: null,
  sentMs: 1_000,
  body: '{"traineeTisId":"9001","record":{"kind":"x","count":3}}',
  attributes: { JavaType: { DataType: 'String', StringValue: 'uk.nhs.Profile' } },
}
const selects = (given: Partial<RedriveSelection>, of = message) => isSelected(of, { ...EVERYTHING, ...given })
const condition = (name: string, how: 'present' | 'absent' | 'equals', value: string | null = null) => ({
  name,
  test: how,
  value,
})

test('everything is selected without a word', () => {
  expect(selects({})).toBe(true)
})

test('a window takes from its first moment to just before its last, and nothing whose moment is not known', () => {
  expect(selects({ sentFromMs: 1_000, sentBeforeMs: 1_001 })).toBe(true)
  expect(selects({ sentFromMs: 1_001 })).toBe(false)
  expect(selects({ sentBeforeMs: 1_000 })).toBe(false)
  expect(selects({ sentFromMs: 0 }, { ...message, sentMs: null })).toBe(false)
})

test('attributes and fields are told by presence, absence and text, and all of them must hold', () => {
  expect(selects({ attributes: [condition('JavaType', 'present')] })).toBe(true)
  expect(selects({ attributes: [condition('toString', 'present')] })).toBe(false)
  expect(selects({ attributes: [condition('JavaType', 'equals', 'uk.nhs.Other')] })).toBe(false)
  expect(selects({ attributes: [condition('other', 'absent')] })).toBe(true)
  expect(selects({ fields: [condition('record.kind', 'equals', 'x'), condition('record.count', 'equals', '3')] })).toBe(
    true,
  )
  expect(selects({ fields: [condition('record', 'present'), condition('record.kind', 'absent')] })).toBe(false)
  expect(selects({ fields: [condition('a', 'present')] }, { ...message, body: 'no JSON' })).toBe(false)
})

test('a shape is matched whatever the values are', () => {
  const shape = fingerprintOf(shapeOf(attributesOf(message), message.body))
  expect(selects({ shape }, { ...message, body: message.body.replace('9001', '9002') })).toBe(true)
  expect(selects({ shape }, { ...message, attributes: {} })).toBe(false)
})

test('a list takes what it names and nothing else', () => {
  expect(selects({ messageIds: ['m-1', 'm-2'] })).toBe(true)
  expect(selects({ messageIds: ['m-2'] })).toBe(false)
})

test('a held group stays, but for a redrive of that very group or of messages that a person picked', () => {
  const held = new Set([groupOf(message)])
  const heldBack = (given: Partial<RedriveSelection>, groups: ReadonlySet<string> = held) =>
    isHeldBack(message, { ...EVERYTHING, ...given }, groups)
  expect(heldBack({})).toBe(true)
  expect(heldBack({ messageIds: ['m-1'], listedBy: 'look' })).toBe(true)
  expect(heldBack({}, new Set(['another']))).toBe(false)
  expect(heldBack({ shape: groupOf(message) })).toBe(false)
  expect(heldBack({ messageIds: ['m-1'], listedBy: 'person' })).toBe(false)
})
