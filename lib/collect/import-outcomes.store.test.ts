import { expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { countOutcomes } from '#lib/store/outcomes.ts'
import { countQuarantined } from '#lib/store/quarantine.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyReadings } from './apply-readings.ts'
import { importOutcomes, type ImportCounts } from './import-outcomes.ts'

const FILE_MS = Date.UTC(2024, 10, 8)

/** A History row as it is broadcast; `sentAt` is a minute after the one before. */
function aLine(number: number, given: Record<string, unknown> = {}): string {
  return JSON.stringify({
    id: `672b7b55${number.toString(16).padStart(16, '0')}`,
    tisReference: { type: 'PROGRAMME_MEMBERSHIP', id: '7' },
    type: 'PROGRAMME_CREATED',
    recipient: { id: String(900_000 + number), type: 'EMAIL', contact: 'jane@example.com' },
    sentAt: new Date(Date.UTC(2024, 10, 7) + number * 60_000).toISOString(),
    status: 'SENT',
    statusDetail: null,
    ...given,
  })
}

async function* linesOf(lines: readonly string[]): AsyncIterable<string> {
  yield* lines
}

describeStores('an import', ({ db }) => {
  const settings = settingsSchema.parse({})
  const told: ImportCounts[] = []

  function run(lines: readonly string[], isDryRun = false): Promise<ImportCounts> {
    told.length = 0
    return importOutcomes(linesOf(lines), {
      parsing: { sentMeans: 'delivered', onboardingTypes: ['PROGRAMME_CREATED'], observedAtMs: FILE_MS },
      name: 'outcomes.jsonl',
      nowMs: () => Date.now(),
      store: isDryRun
        ? null
        : (readings) =>
            db().transaction((tx) =>
              applyReadings(tx, readings, {
                source: 'email-outcomes',
                atMs: Date.now(),
                settings,
                secret: 'a secret of thirty-two characters',
              }),
            ),
      onProgress: (counts) => told.push(counts),
    })
  }
  const totals = () => countOutcomes(db().orm, { fromMs: 0, toMs: FILE_MS * 2 })

  test('takes in every line once, however often it is run', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => aLine(index))
    expect(await run(lines)).toEqual({ read: 2_500, added: 2_500, duplicates: 0, notUnderstood: 0 })
    expect(told.map(({ read }) => read)).toEqual([1_000, 2_000, 2_500])
    expect(await totals()).toMatchObject({ delivered: 2_500 })
    expect(await run(lines)).toEqual({ read: 2_500, added: 0, duplicates: 2_500, notUnderstood: 0 })
    expect(await totals()).toMatchObject({ delivered: 2_500 })
  })

  test('goes on where it was cut off', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => aLine(index))
    await run(lines.slice(0, 11))
    expect(await run(lines)).toEqual({ read: 30, added: 19, duplicates: 11, notUnderstood: 0 })
  })

  test('keeps lines that it does not understand, each once, and takes in the others', async () => {
    const lines = ['\uFEFF' + aLine(1), '', 'not JSON', '{"id":"x"}', 'not JSON', aLine(2)]
    expect(await run(lines)).toEqual({ read: 5, added: 2, duplicates: 0, notUnderstood: 3 })
    await run(lines)
    expect(await countQuarantined(db().orm)).toBe(3)
  })

  test('orders a row without any moment by the file, so that it is a duplicate the next time', async () => {
    const lines = [aLine(1, { id: 'planned-1', status: 'SCHEDULED' })]
    expect(await run(lines)).toMatchObject({ added: 1 })
    expect(await run(lines)).toMatchObject({ added: 0, duplicates: 1 })
  })

  test('alerts nobody about the past', async () => {
    await run(
      Array.from({ length: 20 }, (_, index) =>
        aLine(index, { status: 'FAILED', statusDetail: 'No email address available.' }),
      ),
    )
    expect(await totals()).toMatchObject({ failed: 20 })
    expect(await listOpenFindings(db().orm)).toEqual([])
  })

  test('a dry run counts and stores nothing', async () => {
    expect(await run([aLine(1), 'not JSON'], true)).toEqual({ read: 2, added: 0, duplicates: 0, notUnderstood: 1 })
    expect(await totals()).toMatchObject({ delivered: 0 })
    expect(await countQuarantined(db().orm)).toBe(0)
  })
})
