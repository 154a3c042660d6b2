'use server'
import { z } from 'zod'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { replayQuarantined as replay } from '#lib/ingest/replay-quarantined.ts'
import { defineAction } from './define-action.ts'

const MOST = 100

/** Tries again to understand messages in quarantine, after what was wrong is mended; those still not understood stay. */
export const replayQuarantined = defineAction({
  name: 'replay-quarantined',
  role: 'operator',
  input: z.strictObject({ ids: z.array(z.number().int().positive()).min(1).max(MOST) }),
  detail: ({ ids }) => ({ messages: ids.length, ids: ids.join(' ') }),
  run: async ({ ids }, { tx, nowMs, touch }) => {
    const { SPILLWAY_SECRET: secret } = getEnv()
    if (secret === undefined)
      throw new AppError('not_configured', 'SPILLWAY_SECRET is not set: without it no message can be decrypted.')
    const { topics, ...counts } = await replay(tx, ids, { settings: getSettings(), secret, nowMs })
    touch(...topics)
    return counts
  },
})
