import { expect, test } from 'vitest'
import { replay } from './replay.ts'

const START = Date.parse('2026-06-08T08:00:00Z')
const moment = (minute: number): string => new Date(START + minute * 60_000).toISOString()

function email(minute: number, given: Readonly<Record<string, unknown>> = {}): string {
  const id = `m${minute}`
  const fate = { outcome: 'sent', profile: 'existing', template: 'welcome', person: 'p1' }
  return JSON.stringify({ type: 'email', id, seen: moment(minute), at: moment(minute), ...fate, ...given })
}

const tick = (minute: number): string => JSON.stringify({ type: 'tick', seen: moment(minute) })
const failed = { outcome: 'failed', reason: 'no-email-address', profile: 'new' }

/** An answer is one JSON object a line: the format's contract, which these tests check. */
function asRecord(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>
}

/** The answers to a few hundred good e-mails and these lines after them. */
function answersTo(lines: readonly string[]): Record<string, unknown>[] {
  const answer = replay()
  for (let minute = -1200; minute < 0; minute += 2) {
    answer(email(minute))
    answer(email(minute + 1, { profile: 'new' }))
  }
  return lines.flatMap((line) => answer(line)).map(asRecord)
}

test('every tick is acknowledged, and a header is passed over', () => {
  expect(answersTo(['{"type":"header","seed":1}', tick(1), tick(2)])).toEqual([{ ack: moment(1) }, { ack: moment(2) }])
})

test('failures in a row are told once, at their arrival and with their segment', () => {
  const lines = [1, 2, 3, 4, 5, 6].map((minute) => email(minute, failed))
  const alarms = answersTo(lines)
  expect(alarms).toHaveLength(1)
  expect(alarms[0]).toMatchObject({ kind: 'failures', since: moment(1), evidence: { segment: 'profile:new' } })
  expect([moment(2), moment(3), moment(4)]).toContain(alarms[0]?.['at'])
})

test('one failure that arrives a hundred times is nothing', () => {
  const lines = Array.from({ length: 100 }, (_, index) => email(1, { ...failed, seen: moment(1 + index) }))
  expect(answersTo(lines)).toEqual([])
})

test('a line that cannot be understood is said with its field', () => {
  expect(() => replay()('{"type":"tick"}')).toThrow(/^seen: /)
  expect(() => replay()(email(1, { outcome: 'lost' }))).toThrow(/^outcome: /)
})
