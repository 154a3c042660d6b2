import 'server-only'
import { isAbsolute, resolve } from 'node:path'
import type { Env } from '#lib/config/env.ts'
import { archiveName } from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import { getArchive, moveArchive, noteArchiveTrouble, type Archive } from '#lib/store/archives.ts'
import { ArchiveBucket } from './archive-bucket.ts'
import { ArchiveFolder } from './archive-folder.ts'
import { ArchiveRecords, type ArchivePlace } from './archive-records.ts'
import { giveBackMet, stepArchiving } from './archive-step.ts'
import { bucketTargetOf } from './archive-target.ts'
import { QueueCallError } from './ask-sqs.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { stepRestoring } from './restore-step.ts'
import { noteIdle, type StepMemory } from './step-memory.ts'
import { tellArchive, topicsOfArchive } from './tell-archive.ts'

const AGAIN_MS = 5_000

type Step = (context: RedriveContext, memory: StepMemory) => Promise<Stepped>

/** With what archives are encrypted. Throws `not_configured` without a secret. */
export function requireArchiveSecret({ SPILLWAY_SECRET: secret }: Pick<Env, 'SPILLWAY_SECRET'>): string {
  if (secret === undefined)
    throw new AppError('not_configured', 'SPILLWAY_SECRET is not set; archived messages are encrypted with it.')
  return secret
}

/** The steps of one archive, whatever is to be done with it; a process writes to one file at a time. */
export function archiveWork(id: number, env: Env): Step {
  const { SPILLWAY_ARCHIVE_DIR: dir } = env
  const folder = new ArchiveFolder(isAbsolute(dir) ? dir : resolve(dir), id)
  return async (context, memory) => {
    try {
      const run = await context.commit((tx) => getArchive(tx, id))
      if (run.state !== 'archiving') await giveBackMet(run, context, memory)
      const place = bucketOf(run, context) ?? folder
      const records = new ArchiveRecords(id, requireArchiveSecret(env), place)
      if (run.state === 'erasing') return await erase(id, context, place)
      if (run.state === 'restoring') return await stepRestoring(id, context, records)
      const stepped = await stepArchiving(id, context, memory, records)
      if (run.trouble !== null) await note(id, context, null)
      return stepped
    } catch (error) {
      // A time in which the queue could not be read says nothing of what it holds.
      noteIdle(memory, false)
      return again(id, context, error)
    }
  }
}

/** Null for an archive in the folder. Throws `not_configured` where the settings no longer tell of the store. */
function bucketOf({ id, target }: Archive, context: RedriveContext): ArchivePlace | null {
  const bucket = bucketTargetOf(target)
  if (bucket === null) return null
  const { s3 } = context.settings.archive
  if (s3 === undefined)
    throw new AppError(
      'not_configured',
      `${archiveName(id)} lies in ${target}, and archive.s3 is not set in spillway.yaml; give it again, and restart.`,
    )
  const { region = context.aws.home.region, endpoint, forcePathStyle } = s3
  const { signal, countCall } = context
  return new ArchiveBucket(bucket, { region, endpoint, forcePathStyle, signal, countCall })
}

async function erase(id: number, context: RedriveContext, place: ArchivePlace): Promise<Stepped> {
  await place.removeAll()
  const nowMs = context.nowMs()
  const run = await context.commit(async (tx) => {
    const erased = await moveArchive(tx, id, 'erased', { trouble: null, erasedMs: nowMs }, nowMs)
    await tellArchive(tx, erased, { moment: 'erased' }, nowMs)
    return erased
  })
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
