import type { Reading } from '#lib/domain/reading.ts'
import { missingRegion } from './aws-region.ts'
import { defineSource, SourceError, type PollContext, type PollResult } from './define-source.ts'
import { missingSecret } from './missing-secret.ts'
import { parseOutcomeMessage } from './parse-outcome-message.ts'
import { pollTap } from './poll-tap.ts'
import type { TapMessage } from './tap-queue.ts'

export const emailOutcomes = defineSource({
  id: 'email-outcomes',
  title: 'E-mail outcomes',
  teaches: 'what became of every e-mail: sent, delivered or failed, why, and who is without theirs',
  permissions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
  missing: (env, settings) =>
    settings.sources['email-outcomes'] === undefined
      ? 'sources.email-outcomes.queueUrl is not set: subscribe an SQS queue to the notification events and give its URL in spillway.yaml.'
      : (missingRegion(env) ?? missingSecret(env)),
  // A long poll: the next one follows at once.
  everySeconds: () => 0,
  poll,
})

async function poll(context: PollContext): Promise<PollResult> {
  const settings = context.settings.sources['email-outcomes']
  if (settings === undefined) throw new SourceError('internal', 'sources.email-outcomes is not set.')
  return pollTap(context, settings.queueUrl, (messages) =>
    readingsOf(messages, { ...settings, observedAtMs: context.nowMs() }),
  )
}

function readingsOf(
  messages: readonly TapMessage[],
  parsing: Parameters<typeof parseOutcomeMessage>[1],
): readonly Reading[] {
  const parsed = messages.map((message) => parseOutcomeMessage(message, parsing))
  const events = parsed.flatMap((one) => (one.kind === 'event' ? [one.event] : []))
  const unreadable = parsed.flatMap((one) => (one.kind === 'unreadable' ? [one.unreadable] : []))
  const readings: Reading[] = []
  if (events.length > 0) readings.push({ kind: 'outcomes', events, isBackfill: false })
  if (unreadable.length > 0) readings.push({ kind: 'unreadable', messages: unreadable })
  return readings
}
