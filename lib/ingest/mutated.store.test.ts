import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { applyReadings } from '#lib/collect/apply-readings.ts'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import { closeLive } from '#lib/live/bus.ts'
import type { Source } from '#lib/sources/define-source.ts'
import { emailOutcomes } from '#lib/sources/email-outcomes.ts'
import { makeContext, readingsOf, useEndpoints } from '#lib/sources/fixtures/make-context.ts'
import { awsAnswer, startUpstream } from '#lib/sources/fixtures/start-upstream.ts'
import { profiles } from '#lib/sources/profiles.ts'
import { lockQuarantined } from '#lib/store/quarantine.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { mutatedOutcomes, mutatedProfileBodies, mutatedProfiles } from '#lib/testing/mutated-inputs.ts'
import {
  cutAnywhere,
  fatesTogether,
  identityOf,
  inSnsEnvelope,
  isJson,
  MUTATED_WAYS,
  noFates,
  TABLE_COLUMNS,
  tableRecord,
  type Fates,
  type MutatedWay,
} from '#lib/testing/mutated-ways.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { importOutcomes } from './import-outcomes.ts'
import { ingestOutcomes } from './ingest-outcomes.ts'
import { ingestProfiles } from './ingest-profiles.ts'
import { outcomeParsing } from './outcome-parsing.ts'
import type { ImportFormat } from './read-file.ts'
import { RequestRefusal } from './request-refusal.ts'
import { storeReadings } from './store-readings.ts'

const SECRET = 'a secret of at least thirty-two characters'
/** Inputs over all ways. `npm run test:mutated` gives 100,000; the suite takes as many as a busy machine bears. */
const INPUTS = Number(process.env['SPILLWAY_MUTATED_INPUTS'] ?? 3_000)
const A_BODY = 300
const NOW_MS = Date.UTC(2026, 10, 22)
const QUEUE_URL = 'https://sqs.test/000000000000/tap'
const settings = settingsSchema.parse({
  sources: { 'email-outcomes': { queueUrl: QUEUE_URL }, profiles: { queueUrl: QUEUE_URL } },
})

const countOf = (way: MutatedWay): number => Math.round(INPUTS * MUTATED_WAYS[way])
const lines = (inputs: readonly Uint8Array[]): Buffer =>
  Buffer.concat(inputs.flatMap((input) => [input, Buffer.from('\n')]))
/** No more bytes between brackets than were given, and as many elements. */
const arrayOf = (inputs: readonly Uint8Array[]): Buffer =>
  Buffer.concat([
    Buffer.from('['),
    ...inputs.flatMap((input, at) => [Buffer.from(at === 0 ? '\n' : ',\n'), input]),
    Buffer.from(']'),
  ])

/** `count` inputs as `made` makes them; what it makes nothing of is not counted. */
function inputsOf<T>(seed: number, count: number, made: (input: Buffer) => T | null): T[] {
  const inputs: T[] = []
  for (const input of mutatedOutcomes(seed, count * 20)) {
    const one = made(input)
    if (one !== null) inputs.push(one)
    if (inputs.length === count) return inputs
  }
  throw new Error(`only ${inputs.length} of ${count} inputs`)
}

/** Pieces that hold anything but white space. */
function isSomething(piece: Buffer): boolean {
  return /[^ \t\r\n]/.test(piece.toString('latin1').replace(/^\u{ef}\u{bb}\u{bf}/u, ''))
}

/** One line each: what holds a line break itself would be several. */
const oneLine = (input: Buffer): Buffer | null => (!input.includes('\n') && isSomething(input) ? input : null)
const oneElement = (input: Buffer): Buffer | null => (isJson(input) ? input : null)

const post = (body: Uint8Array<ArrayBuffer>, type: string): Request =>
  new Request('http://127.0.0.1/', { method: 'POST', body, headers: { 'content-type': type } })

const fileOf = (
  way: MutatedWay,
  header: readonly Buffer[],
  made: (input: Buffer) => Buffer | null,
  seed: number,
): Buffer => lines([...header, ...inputsOf(seed, countOf(way), made)])

describeStores(`${INPUTS} mutated inputs`, ({ db }) => {
  beforeEach(async () => {
    await closeLive()
    dropSingleton('settings')
    asProcessEnv({ SPILLWAY_SECRET: SECRET, SPILLWAY_CONFIG: 'no-such-file.yaml' })
    asProcessStore(db())
  })
  afterAll(() => closeAwsClients())

  const stored = async (): Promise<{ events: number; kept: number; people: number }> => {
    const { rows } = await db().orm.execute<{ events: number; kept: number; people: number }>(sql`
      select (select count(*)::int from outcome_event) as events, (select count(*)::int from quarantine) as kept,
        (select count(*)::int from profile) as people`)
    return rows[0] ?? { events: -1, kept: -1, people: -1 }
  }

  /** What is counted equals what is true, whatever came. */
  const expectSoundCounts = async (): Promise<void> => {
    const { rows } = await db().orm.execute<{ counted: number; held: number }>(sql`
      select (select coalesce(sum(count), 0)::int from outcome_rollup) as counted,
        (select count(*)::int from outcome where status <> 'deleted' and is_email is not false and is_test is not true) as held`)
    expect(rows[0]?.counted).toBe(rows[0]?.held)
  }

  /** What was quarantined by HTTP: the same text twice is kept once. */
  const keptByHttp = new Set<string>()

  /** Sends bodies of a few hundred. */
  const byHttp = async (inputs: readonly Buffer[], kind: 'lines' | 'array' | 'alone') => {
    const fates = noFates()
    const keptBefore = keptByHttp.size
    const size = kind === 'alone' ? 1 : A_BODY
    for (let at = 0; at < inputs.length; at += size) {
      const part = inputs.slice(at, at + size)
      const body = kind === 'lines' ? lines(part) : kind === 'array' ? arrayOf(part) : (part[0] ?? Buffer.alloc(0))
      const type = kind === 'lines' ? 'application/x-ndjson' : 'application/json'
      const receipts = await ingestOutcomes(post(new Uint8Array(body), type))
      expect(receipts).toHaveLength(part.length)
      for (const [index, { result, reason }] of receipts.entries()) {
        fates[result] += 1
        if (result !== 'quarantined') continue
        expect(reason).toMatch(/\S/)
        keptByHttp.add(identityOf(part[index] ?? Buffer.alloc(0), kind, index))
      }
    }
    return { fates, kept: keptByHttp.size - keptBefore }
  }

  const byImport = async (file: Buffer, format: ImportFormat) => {
    const run = () =>
      importOutcomes(cutAnywhere(file, 1), {
        format,
        from: 1,
        signal: new AbortController().signal,
        parsing: outcomeParsing(settings, NOW_MS),
        name: `mutated.${format}`,
        nowMs: () => NOW_MS,
        store: (readings) => storeReadings('email-outcomes', readings),
        onProgress: () => {},
        onProblem: () => {},
      })
    const { added, duplicates, notUnderstood } = await run()
    const once = await stored()
    expect(await run()).toMatchObject({ added: 0, duplicates: added + duplicates, notUnderstood })
    expect(await stored()).toEqual(once)
    const fates: Fates = { ...noFates(), accepted: added, duplicate: duplicates, quarantined: notUnderstood }
    return { fates, kept: notUnderstood }
  }

  /** Through the source itself and its queue: received, stored in one transaction a batch, then deleted. */
  const byQueue = async (source: Source, bodies: readonly string[], prefix: string) => {
    const waiting = bodies.map((Body, at) => ({
      MessageId: `${prefix}-${at}`,
      ReceiptHandle: `${prefix}-${at}`,
      Body,
      MD5OfBody: createHash('md5').update(Body).digest('hex'),
      Attributes: { SentTimestamp: String(NOW_MS - bodies.length + at), SequenceNumber: String(1_000 + at) },
    }))
    const deleted = new Set<string>()
    await using upstream = await startUpstream(({ operation, body }) => {
      if (operation === 'ReceiveMessage') return awsAnswer({ Messages: waiting.splice(0, 10) })
      for (const [, handle] of body.matchAll(/"ReceiptHandle":"([^"]+)"/g)) deleted.add(handle ?? '')
      return awsAnswer({ Successful: [] })
    })
    useEndpoints({ sqs: upstream.url })
    const fates = noFates()
    while (waiting.length > 0) {
      const result = await source.poll(makeContext({ settings, nowMs: () => NOW_MS }))
      const context = { source: source.id, atMs: NOW_MS, settings, secret: SECRET }
      const applied = await db().transaction((tx) => applyReadings(tx, result.readings, context))
      await result.afterCommit?.()
      for (const { isDuplicate } of applied.outcomes) fates[isDuplicate ? 'duplicate' : 'accepted'] += 1
      const profilesTold = readingsOf(result, 'profiles').reduce((sum, each) => sum + each.profiles.length, 0)
      const addresses = readingsOf(result, 'addresses').reduce((sum, each) => sum + each.addresses.length, 0)
      fates.accepted += applied.newProfiles
      fates.duplicate += profilesTold - applied.newProfiles + addresses
      fates.quarantined += readingsOf(result, 'unreadable').reduce((sum, each) => sum + each.messages.length, 0)
    }
    expect(deleted.size).toBe(bodies.length)
    await expectKeptWhole(bodies, prefix)
    return { fates, kept: fates.quarantined }
  }

  /** What is quarantined is what was sent, to the last character. */
  const expectKeptWhole = async (bodies: readonly string[], prefix: string): Promise<void> => {
    const { rows } = await db().orm.execute<{ id: number }>(
      sql`select id from quarantine where message_id like ${`${prefix}-%`} order by id limit 500`,
    )
    const kept = await db().transaction((tx) =>
      lockQuarantined(
        tx,
        rows.map(({ id }) => id),
        SECRET,
      ),
    )
    expect(kept.length).toBeGreaterThan(0)
    for (const { messageId, body } of kept) expect(body).toBe(bodies[Number(messageId.slice(prefix.length + 1))])
  }

  const byProfileRequests = async (inputs: readonly Buffer[]) => {
    const fates = noFates()
    for (const input of inputs) {
      const before = (await stored()).people
      try {
        const { received, new: created } = await ingestProfiles(post(new Uint8Array(input), 'application/json'))
        fates.accepted += created
        fates.duplicate += received > 0 ? 1 - created : 1
      } catch (error) {
        if (!(error instanceof RequestRefusal)) throw error
        fates.refused += 1
        expect((await stored()).people).toBe(before)
      }
    }
    return { fates, kept: 0 }
  }

  const ways: Readonly<Record<MutatedWay, () => Promise<{ fates: Fates; kept: number }>>> = {
    'http-lines': () => byHttp(inputsOf(5, countOf('http-lines'), oneLine), 'lines'),
    'http-array': () => byHttp(inputsOf(6, countOf('http-array'), oneElement), 'array'),
    'http-alone': () =>
      byHttp(
        inputsOf(7, countOf('http-alone'), (input) =>
          isSomething(input) && input.toString().trim()[0] !== '[' ? input : null,
        ),
        'alone',
      ),
    'import-lines': () => byImport(fileOf('import-lines', [], oneLine, 8), 'jsonl'),
    'import-table': () =>
      byImport(
        fileOf(
          'import-table',
          [Buffer.from(TABLE_COLUMNS.join(','))],
          (input) => {
            const record = tableRecord(input)
            return record === null
              ? null
              : record.includes('"')
                ? isSomething(record)
                  ? record
                  : null
                : oneLine(record)
          },
          9,
        ),
        'csv',
      ),
    'import-array': () => byImport(arrayOf(inputsOf(10, countOf('import-array'), oneElement)), 'auto'),
    'queue-raw': () => byQueue(emailOutcomes, [...mutatedOutcomes(11, countOf('queue-raw'))].map(String), 'raw'),
    'queue-wrapped': () =>
      byQueue(
        emailOutcomes,
        [...mutatedOutcomes(12, countOf('queue-wrapped'))].map((input, at) => inSnsEnvelope(String(input), `m-${at}`)),
        'wrapped',
      ),
    'profiles-queue': () =>
      byQueue(profiles, [...mutatedProfiles(13, countOf('profiles-queue'))].map(String), 'profile'),
    'profiles-http': () => byProfileRequests([...mutatedProfileBodies(14, countOf('profiles-http'))]),
  }

  test('over all ways in crash nothing and are each accepted, a duplicate or quarantined, and the sums agree with what is stored', async ({
    annotate,
  }) => {
    const all: Record<string, unknown> = {}
    keptByHttp.clear()
    for (const way of Object.keys(MUTATED_WAYS).filter((name): name is MutatedWay => name in ways)) {
      const before = await stored()
      const startedMs = performance.now()
      const { fates, kept } = await ways[way]()
      const after = await stored()
      all[way] = { ...fates, seconds: Math.round((performance.now() - startedMs) / 100) / 10 }
      expect([way, fatesTogether(fates)]).toEqual([way, countOf(way)])
      expect([way, after.kept - before.kept]).toEqual([way, kept])
      const added = after.events - before.events + after.people - before.people
      expect([way, added]).toEqual([way, fates.accepted])
      // Neither all sound nor all broken.
      expect([way, fates.accepted + fates.duplicate > countOf(way) / 10]).toEqual([way, true])
      expect([way, fates.quarantined + fates.refused > countOf(way) / 10]).toEqual([way, true])
      await expectSoundCounts()
    }
    await annotate(JSON.stringify(all))
  }, 3_600_000)
})
