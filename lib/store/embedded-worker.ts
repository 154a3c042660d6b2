// The embedded store's thread: PGlite behind messages, so that a query never stalls the thread that answers people.
// Plain Node loads this file from disk; no bundler sees it.
import { mkdirSync, readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types, type PGliteOptions } from '@electric-sql/pglite'
import { lockDataFolder } from './data-folder-lock.ts'
import {
  READY_ID,
  type EmbeddedCall,
  type EmbeddedError,
  type EmbeddedOptions,
  type EmbeddedReply,
  type EmbeddedRequest,
} from './embedded-protocol.ts'

const port = parentPort
if (port === null) throw new Error('embedded-worker.ts runs as a worker thread only')

const asText = (text: string): string => text
const TIMESTAMP_ARRAY = 1115
const DATE_ARRAY = 1182
const TIMESTAMPTZ_ARRAY = 1185
const INTERVAL_ARRAY = 1187
/** The same values as `pg` gives with the parsers of postgres.ts. */
const RAW_PARSERS = {
  [types.INT8]: Number,
  [types.TIMESTAMP]: asText,
  [types.TIMESTAMPTZ]: asText,
  [types.DATE]: asText,
  [types.INTERVAL]: asText,
  [TIMESTAMP_ARRAY]: asText,
  [TIMESTAMPTZ_ARRAY]: asText,
  [DATE_ARRAY]: asText,
  [INTERVAL_ARRAY]: asText,
}

/** Sent as text alone, which takes a third of the time: a transaction has two of them. */
const COMMANDS: ReadonlySet<string> = new Set(['begin', 'commit', 'rollback'])

// The thread's creator hands over exactly this; worker_threads types it as any.
const options = workerData as EmbeddedOptions
const isInMemory = options.dataDir.startsWith('memory://')
let release = (): void => {}

async function open(): Promise<PGlite> {
  if (!isInMemory) {
    mkdirSync(options.dataDir, { recursive: true })
    release = lockDataFolder(options.dataDir).release
  }
  // The ledger of a redrive of a quarter million messages fits: its keys are random, so that every page of its indexes is needed again.
  const settings: PGliteOptions = {
    dataDir: isInMemory ? 'memory://' : `${options.dataDir}/pglite`,
    startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=64MB', '-c', 'max_wal_size=128MB'],
  }
  if (options.templateFile !== null) settings.loadDataDir = new Blob([readFileSync(options.templateFile)])
  return PGlite.create(settings)
}

async function answer(db: PGlite, call: EmbeddedCall): Promise<Omit<EmbeddedReply & { isOk: true }, 'id' | 'isOk'>> {
  switch (call.kind) {
    case 'query': {
      if (COMMANDS.has(call.text)) {
        await db.exec(call.text)
        return { rows: [], rowCount: 0 }
      }
      const result = await db.query(call.text, [...call.values], {
        rowMode: call.isArrayMode ? 'array' : 'object',
        ...(call.isRaw ? { parsers: RAW_PARSERS } : {}),
      })
      return { rows: result.rows, rowCount: Math.max(result.affectedRows ?? 0, result.rows.length) }
    }
    case 'exec': {
      const results = await db.exec(call.text)
      return { rows: results.flatMap((result) => result.rows), rowCount: results.at(-1)?.affectedRows ?? 0 }
    }
    case 'dump':
      return { dump: await (await db.dumpDataDir('none')).arrayBuffer() }
    case 'close':
      await db.close()
      release()
      return { rows: [], rowCount: 0 }
  }
}

function describe(error: unknown): EmbeddedError {
  const field = (name: string): string | null => {
    const value: unknown = error instanceof Error ? Reflect.get(error, name) : null
    return typeof value === 'string' ? value : null
  }
  const message = error instanceof Error ? error.message : String(error)
  return { message, code: field('code'), detail: field('detail'), constraint: field('constraint') }
}

try {
  const db = await open()
  port.on('message', (request: EmbeddedRequest) => {
    answer(db, request).then(
      (result) => {
        port.postMessage({ id: request.id, isOk: true, ...result })
        if (request.kind === 'close') port.close()
      },
      (error: unknown) => port.postMessage({ id: request.id, isOk: false, error: describe(error) }),
    )
  })
  port.postMessage({ id: READY_ID, isOk: true, rows: [], rowCount: 0 })
} catch (error) {
  port.postMessage({ id: READY_ID, isOk: false, error: describe(error) })
  port.close()
}
