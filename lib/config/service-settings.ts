import { z } from 'zod'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

const pattern = z
  .string()
  .min(1)
  .max(MOST_NAME_LETTERS)
  .regex(/^[\w*.@-]+$/, 'is not a queue’s name with * for any text, e.g. tis-trainee-*')

/** How queues are put together by the service that they belong to. */
export const services = z
  .strictObject({
    tags: z
      .array(z.string().min(1).max(128))
      .max(10)
      .default(['service', 'Service'])
      .describe('Keys of SQS tags whose value is the service of a queue; the first that a queue has counts.'),
    names: z
      .array(
        z.strictObject({
          service: z.string().min(1).max(80).describe('Name of the service.'),
          queues: z
            .array(pattern)
            .min(1)
            .max(100)
            .describe('Names of its queues; * stands for any text. One without @ fits in every place.'),
        }),
      )
      .max(200)
      .default([])
      .describe('Services by the names of their queues, the first that fits; they count before tags.'),
  })
  .prefault({})
  .describe('How queues are grouped by service; a stage of the flow that names its service needs nothing here.')
