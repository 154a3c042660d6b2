import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Settings } from '#lib/config/settings.ts'

const FOLDER = 'folder'
const SCHEME = 's3://'

/** A bucket, and what the keys of one archive begin with. */
export interface ArchiveBucketTarget {
  readonly bucket: string
  readonly prefix: string
}

/** Where an archive that begins now lies, by the settings. In a bucket each has a part of its own, which no other Spillway knows. */
export function newArchiveTarget({ s3 }: Settings['archive']): string {
  return s3 === undefined ? FOLDER : `${SCHEME}${s3.bucket}/${s3.prefix}${randomUUID()}/`
}

/** Null for an archive in the folder. */
export function bucketTargetOf(target: string): ArchiveBucketTarget | null {
  if (!target.startsWith(SCHEME)) return null
  const [bucket = '', ...parts] = target.slice(SCHEME.length).split('/')
  return { bucket, prefix: parts.join('/') }
}
