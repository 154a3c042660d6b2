import type { Profile } from '#lib/domain/mark.ts'
import type { Reading, Unreadable } from '#lib/domain/reading.ts'
import type { SourceAddress } from '#lib/domain/source-address.ts'
import { missingRegion } from './aws-region.ts'
import { defineSource, type PollContext, type PollResult } from './define-source.ts'
import { missingSecret } from './missing-secret.ts'
import { parseProfileMessage } from './parse-profile-message.ts'
import { pollTap } from './poll-tap.ts'
import type { TapMessage } from './tap-queue.ts'

/** Only a beat for whoever asks: profiles that are pushed are not polled. */
const PUSHED_EVERY_SECONDS = 3_600

export const profiles = defineSource({
  id: 'profiles',
  title: 'Profiles',
  teaches:
    'which people there are, so that someone without any e-mail can be counted and named; with contact details, also who has no address in the source',
  permissions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
  missing: (env, settings) => {
    if (settings.sources.profiles === undefined) {
      return 'sources.profiles is not set: give queueUrl of a tap queue of created profiles in spillway.yaml, or an empty section to send them by POST /api/ingest/profiles.'
    }
    return settings.sources.profiles.queueUrl === undefined ? null : (missingRegion(env) ?? missingSecret(env))
  },
  everySeconds: (settings) => (settings.sources.profiles?.queueUrl === undefined ? PUSHED_EVERY_SECONDS : 0),
  isPushed: (settings) => settings.sources.profiles !== undefined && settings.sources.profiles.queueUrl === undefined,
  poll,
})

async function poll(context: PollContext): Promise<PollResult> {
  const queueUrl = context.settings.sources.profiles?.queueUrl
  if (queueUrl === undefined) return { readings: [], cursor: context.cursor }
  return pollTap(context, queueUrl, (messages) => readingsOf(messages, context.nowMs()))
}

function readingsOf(messages: readonly TapMessage[], nowMs: number): readonly Reading[] {
  const told: Profile[] = []
  const addresses: SourceAddress[] = []
  const unreadable: Unreadable[] = []
  for (const { body, messageId, sequence, sentTimestampMs } of messages) {
    const read = parseProfileMessage(body, sentTimestampMs ?? nowMs)
    if (typeof read === 'string') unreadable.push({ messageId, body, reason: read, sequence, sentTimestampMs })
    else if ('hasAddress' in read) addresses.push(read)
    else told.push(read)
  }
  const readings: Reading[] = []
  if (told.length > 0) readings.push({ kind: 'profiles', profiles: told, isBackfill: false })
  if (addresses.length > 0) readings.push({ kind: 'addresses', addresses })
  if (unreadable.length > 0) readings.push({ kind: 'unreadable', messages: unreadable })
  return readings
}
