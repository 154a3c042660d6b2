import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { isOnboarding } from '#world/history-event.ts'
import { WorldRecord } from '#world/record.ts'

import { createPastOutcomes } from './past-outcomes.ts'
import { writePastOutcomes } from './write-past-outcomes.ts'

const NOW = Date.parse('2026-11-22T13:00:00Z')
const DAY_MS = 86_400_000

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

describe('the past for import', () => {
  const events = createPastOutcomes(42, NOW)

  test('covers 90 days up to now, oldest first, and nothing of the future', () => {
    const times = events.map(({ atMs }) => atMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(NOW - (times[0] ?? 0)).toBeGreaterThan(88 * DAY_MS)
    expect(times.at(-1)).toBeLessThan(NOW)
    for (const { event } of events) {
      for (const moment of [event.sentAt, event.lastRetry, event.latestStatusEventAt]) {
        if (moment !== null) expect(Date.parse(moment)).toBeLessThan(NOW)
      }
    }
  })

  test('is healthy at its end: failures happened, and each was sent again under its own id', () => {
    const record = new WorldRecord()
    for (const { atMs, event } of events) record.addOutcome(event, atMs)
    expect(record.listWithout({ nowMs: NOW, withoutAfterMs: DAY_MS, overdueAfterMs: 0 })).toEqual([])
    const failed = new Set(events.filter(({ event }) => event.status === 'FAILED').map(({ event }) => event.id))
    expect(failed.size).toBeGreaterThan(50)
    const latest = record.listLatest().filter((row) => failed.has(row.id))
    expect(latest.every((row) => row.status === 'SENT' && row.lastRetry !== null)).toBe(true)
  })

  test('follows office hours: nothing is created at night or at weekends', () => {
    const created = events.filter(
      ({ event }) => isOnboarding(event) && event.status === 'PENDING' && event.lastRetry === null,
    )
    const london = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/London',
      weekday: 'short',
      hour: 'numeric',
      hourCycle: 'h23',
    })
    for (const { atMs } of created) {
      const parts = new Map(london.formatToParts(atMs).map(({ type, value }) => [type, value]))
      expect(['Sat', 'Sun']).not.toContain(parts.get('weekday'))
      expect(Number(parts.get('hour'))).toBeGreaterThanOrEqual(7)
      expect(Number(parts.get('hour'))).toBeLessThan(18)
    }
  })

  test('orders the events of one notification by their own moments, since a file has no sequence numbers', () => {
    const order = new Map<string, number>()
    for (const { event } of events) {
      const atMs = Math.max(
        ...[event.sentAt, event.lastRetry, event.latestStatusEventAt].map((moment) =>
          moment === null ? 0 : Date.parse(moment),
        ),
      )
      expect(atMs).toBeGreaterThan(order.get(event.id) ?? 0)
      order.set(event.id, atMs)
    }
  })

  test('is the same for the same seed, and is written one row a line and added to the record', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-past-'))
    folders.push(folder)
    const record = new WorldRecord()
    const file = join(folder, 'past.jsonl')
    const lines = await writePastOutcomes({ file, seed: 42, nowMs: NOW, record })
    const written = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(written).toHaveLength(lines)
    expect(written).toEqual(events.map(({ event }) => JSON.stringify(event)))
    expect(record.listOutcomes()).toHaveLength(lines)
  })
})
