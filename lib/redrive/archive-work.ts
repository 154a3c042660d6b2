import 'server-only'
import { isAbsolute, resolve } from 'node:path'
import type { Env } from '#lib/config/env.ts'
import { AppError } from '#lib/domain/errors.ts'
import { getArchive, moveArchive, noteArchiveTrouble } from '#lib/store/archives.ts'
import { ArchiveSegment, removeSegments, type ArchiveStore } from './archive-file.ts'
import { stepArchiving, topicsOfArchive } from './archive-step.ts'
import { QueueCallError } from './ask-sqs.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { stepRestoring } from './restore-step.ts'
import type { StepMemory } from './step-memory.ts'

const AGAIN_MS = 5_000

type Step = (context: RedriveContext, memory: StepMemory) => Promise<Stepped>

/** Where archives lie and with what they are encrypted. Throws `not_configured` without a secret. */
export function archiveStoreOf(env: Pick<Env, 'SPILLWAY_SECRET' | 'SPILLWAY_ARCHIVE_DIR'>): ArchiveStore {
  const { SPILLWAY_SECRET: secret, SPILLWAY_ARCHIVE_DIR: folder } = env
  if (secret === undefined)
    throw new AppError('not_configured', 'SPILLWAY_SECRET is not set; archived messages are encrypted with it.')
  return { folder: isAbsolute(folder) ? folder : resolve(folder), secret }
}

/** The steps of one archive, whatever is to be done with it; a process writes to one file at a time. */
export function archiveWork(id: number, env: Env): Step {
  let segment: ArchiveSegment | null = null
  return async (context, memory) => {
    try {
      const { state, trouble } = await context.commit((tx) => getArchive(tx, id))
      const store = archiveStoreOf(env)
      if (state === 'erasing') return await erase(id, context, store)
      if (state === 'restoring') return await stepRestoring(id, context, store)
      segment ??= new ArchiveSegment(id, store)
      const stepped = await stepArchiving(id, context, memory, segment)
      if (trouble !== null) await note(id, context, null)
      return stepped
    } catch (error) {
      return again(id, context, error)
    }
  }
}

async function erase(id: number, context: RedriveContext, store: ArchiveStore): Promise<Stepped> {
  await removeSegments(store, id)
  const nowMs = context.nowMs()
  const run = await context.commit((tx) => moveArchive(tx, id, 'erased', { trouble: null, erasedMs: nowMs }, nowMs))
  return { isOver: true, waitMs: 0, topics: topicsOfArchive(run) }
}

/** What SQS or the disk says stands with the archive, and it is tried again. Throws what is neither, and SQS's own, which slows the loop. */
async function again(id: number, context: RedriveContext, error: unknown): Promise<Stepped> {
  context.signal.throwIfAborted()
  if (error instanceof AppError && error.code === 'conflict') return { isOver: false, waitMs: 0, topics: [] }
  const isOfSqs = error instanceof QueueCallError
  if (!isOfSqs && !(error instanceof AppError) && !isOfDisk(error)) throw error
  await note(id, context, error instanceof Error ? error.message : String(error))
  if (isOfSqs) throw error
  const run = await context.commit((tx) => getArchive(tx, id))
  return { isOver: false, waitMs: AGAIN_MS, topics: topicsOfArchive(run) }
}

async function note(id: number, context: RedriveContext, trouble: string | null): Promise<void> {
  await context.commit((tx) => noteArchiveTrouble(tx, id, trouble, context.nowMs()))
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
