import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readNotification, writeNotifications } from './notification.ts'

describe('a notification', () => {
  test('carries every topic in payloads that PostgreSQL takes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 90, unit: 'grapheme' }), { maxLength: 400 }), (topics) => {
        const payloads = writeNotifications(topics)
        expect(payloads.flatMap((payload) => readNotification(payload))).toEqual(topics)
        for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000)
      }),
    )
  })

  test('few topics are one payload', () => {
    expect(writeNotifications(['queues', 'emails'])).toHaveLength(1)
  })

  test.each(['', 'not JSON', '[]', '{"topics":[1]}'])('%j says nothing that can be understood', (payload) => {
    expect(readNotification(payload)).toBeNull()
  })
})
