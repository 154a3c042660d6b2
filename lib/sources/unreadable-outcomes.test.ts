import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HISTORY, parse, parsing, reasonOf, sampleLines } from './fixtures/outcome-samples.ts'

describe('what cannot be understood', () => {
  test.each([
    ['{"id":', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{}', 'neither a notification'],
    [JSON.stringify({ ...HISTORY, id: 'a@example.com' }), 'id: is not a reference'],
    [JSON.stringify({ ...HISTORY, sentAt: 'soon' }), 'sentAt: is not a moment'],
    [JSON.stringify({ ...HISTORY, sentAt: '2024-11-06T14:21:09' }), 'sentAt: is not a moment'],
    [JSON.stringify({ ...HISTORY, sentAt: 1e-9 }), 'sentAt: is not a moment'],
    [JSON.stringify({ ...HISTORY, type: undefined }), 'type: is missing'],
    [JSON.stringify({ eventType: 'constructor', mail: { timestamp: '2024-11-06T14:21:09Z' } }), 'eventType'],
  ])('%s is named: %s', (body, words) => {
    expect(reasonOf(parse(body))).toContain(words)
  })

  test('a message in ever more wrappings ends', () => {
    let body = JSON.stringify(HISTORY)
    for (let depth = 0; depth < 5; depth += 1) body = JSON.stringify({ Body: body })
    expect(reasonOf(parse(body))).toContain('wrapped too often')
  })

  test('no body at all throws, and what is not an event keeps its body whole', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `{"id":1,"status":${text}}`),
    )
    fc.assert(
      fc.property(bodies, (body) => {
        const parsed = parse(body)
        if (parsed.kind === 'unreadable') expect(parsed.unreadable).toMatchObject({ messageId: 'm-1', body })
      }),
    )
  })

  test('a sample with one field replaced by garbage is an event with sound figures or is kept whole', () => {
    const bodies = sampleLines
      .map((line): Record<string, unknown> | null => jsonOf(line.message.Body))
      .filter((one) => one !== null)
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(30), fc.anything(), (body, position, garbage) => {
        const names = Object.keys(body)
        const name = names[position % names.length] ?? ''
        const text = safeText({ ...body, [name]: garbage })
        const parsed = parse(text)
        if (parsed.kind === 'unreadable') {
          expect(parsed.unreadable.body).toBe(text)
          expect(parsed.unreadable.reason).not.toBe('')
        } else {
          expect(parsed.event.order.atMs).toBeGreaterThan(0)
          expect(parsed.event.order.atMs).toBeLessThanOrEqual(parsing.observedAtMs + 5 * 60_000)
          expect(parsed.event.reason === 'none').toBe(parsed.event.status !== 'failed')
          expect(JSON.stringify(parsed.event)).not.toMatch(/\w@\w/)
        }
      }),
      { numRuns: 500 },
    )
  })
})

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** JSON of values that JSON may not know, such as big integers. */
function safeText(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return '{"id":"1"'
  }
}
