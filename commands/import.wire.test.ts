import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const COMMAND = fileURLToPath(new URL('import.ts', import.meta.url))
const TIMEOUT = 120_000

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-import-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command with an embedded store of the test's own; `input` comes by standard input. */
async function run(args: readonly string[], input = ''): Promise<{ code: unknown; out: string; told: string }> {
  const child = spawn(process.execPath, ['--conditions=react-server', COMMAND, ...args], {
    env: {
      ...process.env,
      SPILLWAY_CONFIG: join(folder, 'none.yaml'),
      SPILLWAY_DATA_DIR: join(folder, 'data'),
      SPILLWAY_SECRET: 'a secret of at least thirty-two characters',
      SPILLWAY_LOG_LEVEL: 'silent',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let told = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, out, told }
}

const rows = [
  {
    _id: { $oid: '672b7b559f1c2a7b3d4e5f60' },
    status: 'SENT',
    type: 'X',
    sentAt: { $date: '2024-11-06T14:21:09.551Z' },
  },
  { _id: { $oid: '672b7b559f1c2a7b3d4e5f61' }, status: 'SHELVED', type: 'X' },
  {
    _id: { $oid: '672b7b559f1c2a7b3d4e5f62' },
    status: 'FAILED',
    type: 'X',
    statusDetail: 'No email address available.',
  },
]

test(
  'takes in an export once, tells the line and field at fault, and the same by standard input changes nothing',
  async () => {
    const file = join(folder, 'history.jsonl')
    const text = rows.map((row) => JSON.stringify(row)).join('\n')
    writeFileSync(file, text)
    const first = await run([file])
    expect(first).toMatchObject({ code: 0, out: '3 read: 2 new, 0 duplicates, 1 not understood\n' })
    expect(first.told).toContain('line 2: status: SHELVED is not a status that Spillway knows')
    expect(await run([file, '--from', '2'])).toMatchObject({ out: '2 read: 0 new, 1 duplicates, 1 not understood\n' })
    expect(await run(['-', '--format', 'json', '--dry-run'], `[${text.replaceAll('\n', ',')}]`)).toMatchObject({
      out: '3 read: 2 understood, 1 not understood; nothing was stored\n',
    })
  },
  TIMEOUT,
)

test(
  'says what is wrong with a table, a file that is not there and a command line',
  async () => {
    const file = join(folder, 'people.csv')
    writeFileSync(file, 'name,sent\nx,y\n')
    const table = await run([file])
    expect(table).toMatchObject({ code: 1, out: '' })
    expect(table.told).toMatch(/^line 1: no column is called notificationId or id or _id\./)
    const missing = await run([join(folder, 'none.jsonl')])
    expect([missing.code, missing.told]).toEqual([1, expect.stringContaining('no such file')])
    expect(await run([])).toMatchObject({ code: 2, told: expect.stringContaining('usage: npm run import') })
  },
  TIMEOUT,
)
