import { expect, test } from 'vitest'
import { countShapes } from '#lib/domain/message-shape.ts'
import { seenAttributes } from './heal-offers.ts'

const javaType = (value: string) => ({ name: 'JavaType', type: 'String', value })
const contentType = { name: 'contentType', type: 'String', value: 'application/json' }

test('attributes are counted over all shapes, those that name a class first', () => {
  const shapes = countShapes([
    { attributes: [contentType, javaType('uk.nhs.hee.ProfileCreateEvent')], body: '{}' },
    { attributes: [contentType, javaType('uk.nhs.hee.ProfileUpdateEvent')], body: '{}' },
    { attributes: [contentType], body: '{}' },
  ])
  expect(seenAttributes(shapes)).toEqual([
    { name: 'JavaType', type: 'String', count: 2, of: 3, className: 'uk.nhs.hee.ProfileCreateEvent' },
    { name: 'contentType', type: 'String', count: 3, of: 3, className: null },
  ])
})

test('without a message there is no attribute', () => {
  expect(seenAttributes([])).toEqual([])
})
