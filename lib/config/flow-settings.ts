import { z } from 'zod'

/** A stage of the flow, in the order in which messages travel: a queue and the service that reads it. */
export const flowStage = z.strictObject({
  queue: z.string().min(1).describe('Name of the SQS queue.'),
  label: z.string().min(1).optional().describe('Short name on the page; the queue name without it.'),
  service: z.string().min(1).optional().describe('Service that reads the queue.'),
  sentryProject: z.string().min(1).optional().describe('Sentry project of that service.'),
  profilesIn: z
    .boolean()
    .default(false)
    .describe(
      'True where each message stands for one new profile: unprocessed ones are people that can be counted but not named.',
    ),
  tapQueueUrl: z
    .url()
    .optional()
    .describe(
      'URL of a queue that gets a copy of each message with its attributes: Spillway keeps their shapes, so that it knows how healthy ones look, and deletes them.',
    ),
  healthyFrom: z
    .enum(['tap', 'sample'])
    .default('tap')
    .describe(
      'Which healthy messages stuck ones are compared with: those of the tap (without one the newest good sample), or always the newest sample that somebody kept as good on the queue’s page.',
    ),
})
