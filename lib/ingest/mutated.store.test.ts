import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { applyReadings } from '#lib/collect/apply-readings.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { Unreadable } from '#lib/domain/reading.ts'
import { closeLive } from '#lib/live/bus.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import { countOutcomeEvents } from '#lib/store/read-outcomes.ts'
import { countQuarantined } from '#lib/store/quarantine.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { mutatedOutcomes } from '#lib/testing/mutated-outcomes.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { importOutcomes } from './import-outcomes.ts'
import { ingestOutcomes } from './ingest-outcomes.ts'
import { outcomeParsing } from './outcome-parsing.ts'
import { storeReadings } from './store-readings.ts'

const SECRET = 'a secret of at least thirty-two characters'
const INPUTS = 1_500
const A_BODY = 300
const NEWLINE = 0x0a

/** Lines that hold anything but white space, counted by nothing of ours. */
function countLines(file: Buffer): number {
  const lines = file
    .toString('latin1')
    .replace(/^\u{ef}\u{bb}\u{bf}/u, '')
    .split('\n')
  return lines.filter((line) => /[^ \t\r]/.test(line)).length
}

function fileOf(inputs: readonly Buffer[]): Buffer {
  return Buffer.concat(inputs.flatMap((input) => [input, Buffer.from([NEWLINE])]))
}

describeStores('mutated outcomes', ({ db }) => {
  beforeEach(async () => {
    await closeLive()
    dropSingleton('settings')
    asProcessEnv({ SPILLWAY_SECRET: SECRET, SPILLWAY_CONFIG: 'no-such-file.yaml' })
    asProcessStore(db())
  })
  const stored = async () => ({
    events: await countOutcomeEvents(db().orm),
    quarantined: await countQuarantined(db().orm),
  })
  /** What is counted equals what is true, whatever came. */
  const expectSoundCounts = async () => {
    const { rows } = await db().orm.execute(sql`
      select (select coalesce(sum(count), 0)::int from outcome_rollup) as counted,
        (select count(*)::int from outcome where status <> 'deleted' and is_email is not false and is_test is not true) as held`)
    const [sums] = rows
    expect(sums?.['counted']).toBe(sums?.['held'])
  }

  test('by HTTP are answered for one by one, and the sums agree with what is stored', async () => {
    const inputs = [...mutatedOutcomes(5, INPUTS)]
    const totals = { accepted: 0, duplicate: 0, quarantined: 0 }
    for (let at = 0; at < inputs.length; at += A_BODY) {
      const body = fileOf(inputs.slice(at, at + A_BODY))
      const request = () =>
        new Request('http://127.0.0.1/', {
          method: 'POST',
          body: new Uint8Array(body),
          headers: { 'content-type': 'application/x-ndjson' },
        })
      const receipts = await ingestOutcomes(request())
      expect(receipts).toHaveLength(countLines(body))
      for (const { result } of receipts) totals[result] += 1
    }
    const { events, quarantined } = await stored()
    expect(events).toBe(totals.accepted)
    // The same broken text twice is kept once.
    expect(quarantined).toBeGreaterThan(totals.quarantined * 0.8)
    expect(quarantined).toBeLessThanOrEqual(totals.quarantined)
    expect(totals.accepted).toBeGreaterThan(INPUTS / 10)
    expect(totals.duplicate).toBeGreaterThan(20)
    await expectSoundCounts()
  }, 120_000)

  test('as a body of their own, in every form, are answered for', async () => {
    for (const input of mutatedOutcomes(6, 120))
      for (const body of [input, Buffer.concat([Buffer.from('['), input, Buffer.from(']')])]) {
        const headers = { 'content-type': 'application/json' }
        const request = new Request('http://127.0.0.1/', { method: 'POST', body: new Uint8Array(body), headers })
        for (const receipt of await ingestOutcomes(request))
          expect(['accepted', 'duplicate', 'quarantined']).toContain(receipt.result)
      }
    await expectSoundCounts()
  }, 120_000)

  test.each(['jsonl', 'csv'] as const)(
    'by import of %s are counted, and the same file again changes nothing',
    async (format) => {
      const header = format === 'csv' ? [Buffer.from('id,status,type,sentAt')] : []
      const rows = [...mutatedOutcomes(7, INPUTS)].map((input, at) =>
        format === 'csv' && at % 3 === 0 ? Buffer.from(`n${at},SENT,X,2024-11-06T14:21:09Z`) : input,
      )
      // A quote that stays open takes what follows with it, which is then one record: still counted, still kept.
      const file = fileOf([...header, ...(format === 'csv' ? rows.filter((row) => quotes(row) % 2 === 0) : rows)])
      const run = () =>
        importOutcomes([file], {
          format,
          from: 1,
          signal: new AbortController().signal,
          parsing: outcomeParsing(settingsSchema.parse({}), Date.UTC(2026, 10, 22)),
          name: 'mutated',
          nowMs: () => Date.UTC(2026, 10, 22),
          store: (readings) => storeReadings('email-outcomes', readings),
          onProgress: () => {},
          onProblem: () => {},
        })
      const first = await run()
      if (format === 'jsonl') expect(first.read).toBe(countLines(file))
      expect(first.added + first.duplicates + first.notUnderstood).toBe(first.read)
      const once = await stored()
      expect(once).toEqual({ events: first.added, quarantined: first.notUnderstood })
      expect(first.added).toBeGreaterThan(INPUTS / 10)
      const again = await run()
      expect(again).toMatchObject({ read: first.read, added: 0, duplicates: first.added + first.duplicates })
      expect(await stored()).toEqual(once)
      await expectSoundCounts()
    },
    120_000,
  )

  test('from a queue are each stored or kept, in batches as they are received', async () => {
    const parsing = outcomeParsing(settingsSchema.parse({}), Date.UTC(2026, 10, 22))
    const context = {
      source: 'email-outcomes',
      atMs: Date.UTC(2026, 10, 22),
      settings: settingsSchema.parse({}),
      secret: SECRET,
    }
    const inputs = [...mutatedOutcomes(8, 400)]
    let [accepted, duplicates, unreadable] = [0, 0, 0]
    for (let at = 0; at < inputs.length; at += 10) {
      const events: OutcomeEvent[] = []
      const messages: Unreadable[] = []
      for (const [index, input] of inputs.slice(at, at + 10).entries()) {
        const message = {
          messageId: `m-${at + index}`,
          body: input.toString(),
          sequence: String(at),
          sentTimestampMs: at + 1,
        }
        const parsed = parseOutcomeMessage(message, parsing)
        if (parsed.kind === 'event') events.push(parsed.event)
        else messages.push(parsed.unreadable)
      }
      const { outcomes } = await db().transaction((tx) =>
        applyReadings(
          tx,
          [
            { kind: 'outcomes', events, isBackfill: false },
            { kind: 'unreadable', messages },
          ],
          context,
        ),
      )
      duplicates += outcomes.filter(({ isDuplicate }) => isDuplicate).length
      accepted += outcomes.filter(({ isDuplicate }) => !isDuplicate).length
      unreadable += messages.length
    }
    expect(accepted + duplicates + unreadable).toBe(inputs.length)
    expect(await stored()).toEqual({ events: accepted, quarantined: unreadable })
    await expectSoundCounts()
  }, 120_000)
})

function quotes(bytes: Buffer): number {
  return bytes.reduce((count, byte) => count + (byte === 0x22 ? 1 : 0), 0)
}
