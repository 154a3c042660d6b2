import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDb, type Db } from './db.ts'

/** Another process with the folder open. Says `open` when it is, and counts on for as long as it lives. */
const HOLDER = `
import { openDb } from './lib/store/db.ts'
import { sql } from 'drizzle-orm'
const db = await openDb({ dataDir: process.argv[1] })
console.log('open')
for (let count = 1; ; count += 1) {
  await db.orm.execute(sql\`insert into api_call values ('2024-11-07', 's', 'o', 1) on conflict (day, service, operation) do update set count = api_call.count + 1\`)
  console.log(String(count))
}`

let folder = ''
let opened: Db | null = null
let holder: ChildProcess | null = null

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-folder-'))
})

afterEach(async () => {
  await opened?.close()
  opened = null
  await killHolder()
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the other process and waits until it has acknowledged at least one write. */
async function startHolder(): Promise<{ pid: number; written: () => number }> {
  const flags = ['--conditions=react-server', '--disable-warning=ExperimentalWarning', '--input-type=module']
  const child = spawn(process.execPath, [...flags, '-e', HOLDER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  holder = child
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const written = (): number => Number(text.split('\n').at(-2) ?? 0)
  await expect.poll(() => text).toMatch(/open\n\d+\n/u)
  return { pid: child.pid ?? 0, written }
}

async function killHolder(): Promise<void> {
  const child = holder
  holder = null
  if (child === null || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

describe('the data folder of the embedded store', () => {
  it('is refused to a second process, with the way out', async () => {
    const { pid } = await startHolder()
    const refused = openDb({ dataDir: folder })
    await expect(refused).rejects.toMatchObject({ code: 'conflict' })
    await expect(refused).rejects.toThrow(`is in use by process ${pid} on this machine`)
    await expect(refused).rejects.toThrow('set DATABASE_URL')
  })

  it('is free at once after kill -9, with everything that was acknowledged', async () => {
    const { written } = await startHolder()
    await killHolder()
    opened = await openDb({ dataDir: folder })
    const { rows } = await opened.orm.execute<{ count: number }>(sql`select count from api_call`)
    expect(rows[0]?.count).toBeGreaterThanOrEqual(written())
  })

  it('is refused to a second store of the same process too, and free after closing', async () => {
    opened = await openDb({ dataDir: folder })
    await expect(openDb({ dataDir: folder })).rejects.toMatchObject({ code: 'conflict' })
    await opened.close()
    opened = await openDb({ dataDir: folder })
    await expect(opened.orm.execute(sql`select 1`)).resolves.toBeDefined()
  })

  it('is opened again by the next call when the thread of the store died', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage')
    opened = await openDb({ dataDir: folder })
    await opened.orm.execute(sql`insert into api_call values ('2024-11-07', 's', 'o', 1)`)
    const thread: unknown = post.mock.contexts.at(-1)
    post.mockRestore()
    if (!(thread instanceof Worker)) throw new Error('the store runs in a thread')
    const waiting = opened.orm.execute(sql`select pg_sleep(60)`)
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'store_unavailable' })
    await thread.terminate()
    await outcome
    expect((await opened.orm.execute(sql`select count from api_call`)).rows).toStrictEqual([{ count: 1 }])
  })
})
