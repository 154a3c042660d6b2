import { expect, test } from 'vitest'
import { applyReadings, type Applied } from '#lib/collect/apply-readings.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { countOutcomes } from '#lib/store/outcomes.ts'
import { countQuarantined } from '#lib/store/quarantine.ts'
import { describeStores } from '#lib/testing/test-stores.ts'

import { importOutcomes, type ImportCounts, type ImportOptions } from './import-outcomes.ts'

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

function quoted(text: string | null): string {
  return `"${(text ?? '').replaceAll('"', '""')}"`
}

describeStores('an import', ({ db }) => {
  const settings = settingsSchema.parse({})
  const told: ImportCounts[] = []
  const problems: string[] = []

  function run(lines: readonly string[], given: Partial<ImportOptions> & { isDryRun?: boolean } = {}) {
    told.length = 0
    problems.length = 0
    const { isDryRun = false, ...options } = given
    return importOutcomes([new TextEncoder().encode(lines.join('\n'))], {
      format: 'auto',
      from: 1,
      signal: new AbortController().signal,
      parsing: { sentMeans: 'delivered', onboardingTypes: ['PROGRAMME_CREATED'], observedAtMs: FILE_MS },
      name: 'outcomes.jsonl',
      nowMs: () => Date.now(),
      store: isDryRun ? null : store,
      onProgress: (counts) => told.push(counts),
      onProblem: (place, reason) => problems.push(`${place}: ${reason}`),
      ...options,
    })
  }
  const store = (readings: readonly Reading[]): Promise<Applied> =>
    db().transaction((tx) =>
      applyReadings(tx, readings, {
        source: 'email-outcomes',
        atMs: Date.now(),
        settings,
        secret: 'a secret of thirty-two characters',
      }),
    )
  const totals = () => countOutcomes(db().orm, { fromMs: 0, toMs: FILE_MS * 2 })

  test('takes in every line once, however often it is run', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => aLine(index))
    expect(await run(lines)).toMatchObject({ read: 2_500, added: 2_500, duplicates: 0, notUnderstood: 0 })
    expect(told.map(({ read }) => read)).toEqual([1_000, 2_000, 2_500])
    expect(await totals()).toMatchObject({ delivered: 2_500 })
    expect(await run(lines)).toMatchObject({ read: 2_500, added: 0, duplicates: 2_500, notUnderstood: 0 })
    expect(await totals()).toMatchObject({ delivered: 2_500 })
  })

  test('goes on where it was cut off', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => aLine(index))
    await run(lines.slice(0, 11))
    expect(await run(lines)).toMatchObject({ read: 30, added: 19, duplicates: 11, notUnderstood: 0 })
  })

  test('keeps lines that it does not understand, each once, and takes in the others', async () => {
    const lines = ['\uFEFF' + aLine(1), '', 'not JSON', '{"id":"x"}', 'not JSON', aLine(2)]
    expect(await run(lines)).toMatchObject({ read: 5, added: 2, duplicates: 0, notUnderstood: 3 })
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
    expect(await run([aLine(1), 'not JSON'], { isDryRun: true })).toMatchObject({
      read: 2,
      added: 0,
      duplicates: 0,
      notUnderstood: 1,
    })
    expect(await totals()).toMatchObject({ delivered: 0 })
    expect(await countQuarantined(db().orm)).toBe(0)
  })

  test('tells each line that it does not understand, with the field', async () => {
    await run([aLine(1), aLine(2, { status: 'SHELVED' }), '', aLine(3, { sentAt: 'soon' })])
    expect(problems).toEqual([
      expect.stringContaining('line 2: status: SHELVED is not a status that Spillway knows'),
      'line 4: sentAt: is not a moment such as 2026-11-06T14:21:09Z.',
    ])
  })

  test('stops between two batches when it is told to, and goes on from a line', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => aLine(index))
    const stopping = new AbortController()
    const first = await run(lines, { signal: stopping.signal, onProgress: () => stopping.abort() })
    expect(first).toEqual({ read: 1_000, added: 1_000, duplicates: 0, notUnderstood: 0, lastNumber: 1_000 })
    const rest = await run(lines, { from: first.lastNumber + 1 })
    expect(rest).toEqual({ read: 1_500, added: 1_500, duplicates: 0, notUnderstood: 0, lastNumber: 2_500 })
    expect(await totals()).toMatchObject({ delivered: 2_500 })
  })

  test('of a batch that cannot be stored nothing is, and the counts say up to where all is stored', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => aLine(index))
    let batches = 0
    const failing = run(lines, {
      store: async (readings) => {
        batches += 1
        if (batches === 2) throw new Error('the disk is full')
        return store(readings)
      },
    })
    await expect(failing).rejects.toThrow('the disk is full')
    expect(told.at(-1)).toMatchObject({ read: 1_000, lastNumber: 1_000 })
    expect(await totals()).toMatchObject({ delivered: 1_000 })
  })

  test('the same rows are duplicates in whatever shape they come: lines, an array, documents of MongoDB, a table', async () => {
    const rows = [1, 2, 3].map((number) => JSON.parse(aLine(number, { statusDetail: 'a "quoted", long\nword' })))
    await run(rows.map((row) => JSON.stringify(row)))
    const documents = rows.map(({ id, sentAt, ...row }) => ({ _id: { $oid: id }, ...row, sentAt: { $date: sentAt } }))
    const table = [
      '_id,status,statusDetail,type,recipient.id,recipient.type,recipient.contact,tisReference.type,tisReference.id,sentAt,lastRetry',
      ...rows.map(({ id, status, statusDetail, type, recipient, tisReference, sentAt }) =>
        [
          `ObjectId(${id})`,
          ...[status, statusDetail, type, recipient.id, recipient.type, recipient.contact].map(quoted),
          ...[tisReference.type, tisReference.id, sentAt, ''].map(quoted),
        ].join(','),
      ),
    ]
    const shapes: [readonly string[], ImportOptions['format']][] = [
      [[JSON.stringify(rows, null, 2)], 'auto'],
      [documents.map((document) => JSON.stringify(document)), 'auto'],
      [[JSON.stringify(documents)], 'json'],
      [table, 'csv'],
    ]
    for (const [lines, format] of shapes) {
      expect(await run(lines, { format })).toMatchObject({ read: 3, added: 0, duplicates: 3, notUnderstood: 0 })
      expect(problems).toEqual([])
    }
    expect(await totals()).toMatchObject({ delivered: 3 })
  })

  test('a table without the columns of an outcome is refused, and a record of another width is kept', async () => {
    await expect(run(['name,status', 'x,SENT'], { format: 'csv' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/^line 1: no column is called notificationId or id or _id\./),
    })
    const records = ['id,status,type,sentAt', 'a,SENT,X,2024-11-07T10:30:00Z', 'b,SENT', '"c,SENT', 'd,SENT,X,soon']
    expect(await run(records, { format: 'csv' })).toMatchObject({ read: 3, added: 1, notUnderstood: 2 })
    expect(problems).toEqual([
      'line 3: the record: has 2 cells where the first line names 4 columns.',
      'line 4: the record: a quote is opened and not closed.',
    ])
    expect(await countQuarantined(db().orm)).toBe(2)
  })
})
