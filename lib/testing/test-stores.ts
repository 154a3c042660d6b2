import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, inject, it } from 'vitest'
import { openDb, type Db } from '#lib/store/db.ts'

let isClosingRegistered = false

/** What a suite gets on each store. */
export interface StoreUnderTest {
  readonly kind: Db['kind']
  /** The file's own store, empty at the start of each test. */
  readonly db: () => Db
}

/**
 * Runs a suite on the embedded store and on PostgreSQL, each with a store of the file's own; to be called at the top of a test file. Without a PostgreSQL it fails and says so, unless
 * SPILLWAY_TEST_PG=off.
 */
export function describeStores(name: string, suite: (store: StoreUnderTest) => void): void {
  if (!isClosingRegistered) afterAll(closeStoresOfFile)
  isClosingRegistered = true
  describe(`${name} (embedded)`, () => runSuite('embedded', openEmbeddedCopy, suite))
  const template = inject('postgresTemplate')
  if (template.url !== null) {
    const { url } = template
    describe(`${name} (postgresql)`, () => runSuite('postgresql', () => openPostgresCopy(url), suite))
    return
  }
  if (template.reason === 'off') return
  it(`${name} (postgresql)`, () => {
    throw new Error(
      `This suite must run on PostgreSQL too: ${template.reason}. Set SPILLWAY_TEST_DATABASE_URL, or SPILLWAY_TEST_PG=off to leave it out.`,
    )
  })
}

interface OpenedStore {
  readonly db: Db
  readonly drop: () => Promise<void>
}

/** One store of each kind a test file, shared by its suites: opening one takes longer than most tests. */
const storesOfFile = new Map<Db['kind'], Promise<OpenedStore>>()

function runSuite(kind: Db['kind'], open: () => Promise<OpenedStore>, suite: (store: StoreUnderTest) => void): void {
  let opened: OpenedStore | null = null
  const db = (): Db => {
    if (opened === null) throw new Error('the store is open inside tests only')
    return opened.db
  }
  beforeAll(async () => {
    const opening = storesOfFile.get(kind) ?? open()
    storesOfFile.set(kind, opening)
    opened = await opening
  })
  beforeEach(() => emptyTables(db()))
  suite({ kind, db })
}

async function closeStoresOfFile(): Promise<void> {
  const all = [...storesOfFile.values()]
  storesOfFile.clear()
  for (const opening of all) {
    const { db, drop } = await opening
    await db.close()
    await drop()
  }
}

async function openEmbeddedCopy(): Promise<OpenedStore> {
  const db = await openDb({ dataDir: 'memory://', templateFile: inject('embeddedTemplate') })
  return { db, drop: async () => {} }
}

async function openPostgresCopy(template: string): Promise<OpenedStore> {
  const { url, drop } = await copyPostgresDatabase(template)
  return { db: await openDb({ databaseUrl: url }), drop }
}

interface MadeDatabase {
  readonly url: string
  readonly drop: () => Promise<void>
}

/** A new database without tables, on the server behind `template`. */
export async function emptyPostgresDatabase(template: string): Promise<MadeDatabase> {
  return makeDatabase(template, 'template0')
}

/** A new database, a copy of the one behind `template`. */
export async function copyPostgresDatabase(template: string): Promise<MadeDatabase> {
  return makeDatabase(template, new URL(template).pathname.slice(1))
}

async function makeDatabase(template: string, copied: string): Promise<MadeDatabase> {
  const admin = new URL(template)
  const name = `${admin.pathname.slice(1)}_${randomBytes(4).toString('hex')}`
  await administer(admin, `create database "${name}" template "${copied}"`)
  const url = new URL(template)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(admin, `drop database "${name}" with (force)`) }
}

/** From the database `postgres`: one that is copied must have nobody in it. */
async function administer(server: URL, statement: string): Promise<void> {
  const url = new URL(server)
  url.pathname = '/postgres'
  const client = new Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Numbers start at 1 again, too. Deleting is faster than truncating while tables are small. pg-boss keeps its own tables in another schema. */
async function emptyTables(db: Db): Promise<void> {
  await db.orm.execute(sql`do $$ declare each regclass; begin
    for each in select oid from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    loop execute format('delete from %s', each); end loop;
    for each in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'
    loop perform setval(each, 1, false); end loop;
  end $$`)
}
