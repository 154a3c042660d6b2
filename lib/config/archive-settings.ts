import { z } from 'zod'

export const archive = z
  .strictObject({
    s3: z
      .strictObject({
        bucket: z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket')
          .describe('Bucket in which archived messages lie, encrypted by Spillway before they are sent there.'),
        prefix: z
          .string()
          .max(200)
          .regex(/^(?:[\w!.*'()-]+\/)*$/, 'is neither empty nor words that each end in /, e.g. spillway/')
          .default('spillway/')
          .describe('What the keys of the objects begin with; each archive has a part of its own behind it.'),
        region: z.string().min(1).max(50).optional().describe('Region of the bucket; AWS_REGION without it.'),
        endpoint: z
          .url({ protocol: /^https?$/ })
          .optional()
          .describe('Address of a store that is compatible with S3; AWS without it.'),
        forcePathStyle: z
          .boolean()
          .default(false)
          .describe('Names the bucket in the path and not in the host, as most compatible stores need it.'),
      })
      .optional()
      .describe('Store for archives instead of the folder SPILLWAY_ARCHIVE_DIR. Archives stay where they were begun.'),
  })
  .prefault({})
