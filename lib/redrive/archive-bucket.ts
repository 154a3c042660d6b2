import 'server-only'
import { randomUUID } from 'node:crypto'
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { getS3Client, type BucketAccess } from '#lib/aws/clients.ts'
import { inAwsCall } from '#lib/aws/aws-call.ts'
import { describeAwsError } from '#lib/aws/describe-aws-error.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { RecordPlace } from '#lib/store/archived-messages.ts'
import type { ArchivePlace } from './archive-records.ts'
import type { ArchiveBucketTarget } from './archive-target.ts'
import type { QueueAccess } from './redrive-context.ts'

type S3Access = BucketAccess & Pick<QueueAccess, 'signal' | 'countCall'>

const DEADLINE_MS = 90_000
/** IAM knows the listing of a bucket by another name. */
const PERMISSIONS: Readonly<Record<string, string>> = { ListObjectsV2: 's3:ListBucket' }

/**
 * An archive in objects of a bucket, each written once under a name of its own. What was written is read back and compared before it counts:
 * a store that answers and keeps something else, and a role that may write and not read, are found out before anything is deleted.
 */
export class ArchiveBucket implements ArchivePlace {
  readonly #target: ArchiveBucketTarget
  readonly #access: S3Access

  constructor(target: ArchiveBucketTarget, access: S3Access) {
    this.#target = target
    this.#access = access
  }

  async append(bytes: Buffer): Promise<Pick<RecordPlace, 'segment' | 'position'>> {
    const segment = `${randomUUID()}.spillway`
    const put = { ...this.#at(segment), Body: bytes, ContentType: 'application/octet-stream' }
    await this.#ask('PutObject', () => getS3Client(this.#access).send(new PutObjectCommand(put)))
    const stored = await this.#get(segment)
    if (!bytes.equals(stored))
      throw new AppError(
        'internal',
        `What S3 keeps as ${this.#at(segment).Key} in ${this.#target.bucket} is not what was written; nothing of it was deleted from its queue.`,
      )
    return { segment, position: 0 }
  }

  read({ segment, position, bytes }: RecordPlace): Promise<Buffer> {
    return this.#get(segment, `bytes=${position}-${position + bytes - 1}`)
  }

  async removeAll(): Promise<void> {
    const { bucket: Bucket, prefix: Prefix } = this.#target
    for (;;) {
      const list = new ListObjectsV2Command({ Bucket, Prefix })
      const { Contents = [] } = await this.#ask('ListObjectsV2', () => getS3Client(this.#access).send(list))
      if (Contents.length === 0) return
      for (const { Key } of Contents)
        await this.#ask('DeleteObject', () => getS3Client(this.#access).send(new DeleteObjectCommand({ Bucket, Key })))
    }
  }

  async #get(segment: string, range?: string): Promise<Buffer> {
    const asked = { ...this.#at(segment), ...(range === undefined ? {} : { Range: range }) }
    return this.#ask('GetObject', async () => {
      const command = new GetObjectCommand(asked)
      const { Body } = await getS3Client(this.#access).send(command)
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    })
  }

  #at(segment: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#target.bucket, Key: `${this.#target.prefix}${segment}` }
  }

  /** Throws what S3 says in plain words, or the signal's reason when it was aborted from outside. */
  async #ask<T>(operation: string, send: () => Promise<T>): Promise<T> {
    const { signal, countCall } = this.#access
    const scope = {
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
      onAttempt: () => countCall('s3', operation),
    }
    try {
      return await inAwsCall(scope, send)
    } catch (error) {
      signal.throwIfAborted()
      const permission = PERMISSIONS[operation] ?? `s3:${operation}`
      const call = { service: 'S3', operation, permission, subject: `the bucket ${this.#target.bucket}` } as const
      const { reason, message } = describeAwsError(error, call)
      throw new AppError(reason === 'not-found' ? 'not_found' : 'not_configured', message, { cause: error })
    }
  }
}
