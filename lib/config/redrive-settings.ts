import { z } from 'zod'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

export const redrive = z
  .strictObject({
    perSecond: z
      .number()
      .positive()
      .max(10_000)
      .default(5)
      .describe('Messages that a redrive moves in a second, where its plan says nothing else.'),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(32)
      .default(4)
      .describe('Calls to SQS that a redrive has under way at once.'),
    holdSeconds: z
      .number()
      .int()
      .min(3)
      .max(43_200)
      .default(60)
      .describe(
        'Seconds for which a message is hidden while it is looked at or moved; after a crash it comes back then.',
      ),
    personField: z
      .string()
      .min(1)
      .max(200)
      .default('traineeTisId')
      .describe('Path in a message’s JSON body that holds the reference of the person whom it is about.'),
    confirmAbove: z
      .number()
      .int()
      .min(0)
      .max(1_000_000)
      .default(1_000)
      .describe('A redrive of more messages than this starts only when the name of its queue was typed.'),
    approval: z
      .array(
        z.strictObject({
          queues: z
            .string()
            .min(1)
            .max(MOST_NAME_LETTERS)
            .regex(/^[\w.*@-]+$/, 'is neither the name of a queue nor a pattern such as orders-*')
            .describe(
              'Name of a queue, as source or destination of the redrive; * stands for any letters. One without @ fits in every place.',
            ),
          aboveMessages: z.number().int().min(0).default(0).describe('Only redrives of more messages than this.'),
        }),
      )
      .max(50)
      .default([])
      .describe(
        'Redrives that start only once a second person has approved them; the planner cannot approve their own.',
      ),
    ramp: z
      .strictObject({
        startPerSecond: z
          .number()
          .positive()
          .max(10_000)
          .default(1)
          .describe('Messages a second with which a redrive goes on after its first messages, where more were asked.'),
        windowSeconds: z
          .number()
          .positive()
          .max(3_600)
          .default(30)
          .describe(
            'Seconds for which a rate is kept at least; it doubles when half of what was sent at it is known to be consumed.',
          ),
      })
      .prefault({})
      .describe('How a redrive grows to the rate that was asked.'),
    autoStop: z
      .strictObject({
        cameBackLeast: z
          .number()
          .int()
          .min(1)
          .default(3)
          .describe('A redrive stops by itself when at least so many of its messages came back ...'),
        cameBackShare: z
          .number()
          .min(0)
          .max(1)
          .default(0.1)
          .describe('... and they are at least this share of what it sent, 0 to 1.'),
        errorsLeast: z
          .number()
          .int()
          .min(1)
          .default(10)
          .describe(
            'It stops also when the service that reads its destination reports at least so many errors to Sentry in a few minutes ...',
          ),
        errorsFactor: z
          .number()
          .min(1)
          .default(3)
          .describe('... and at least so many times as many as in the hour before the redrive.'),
      })
      .prefault({})
      .describe('When a redrive stops by itself; a person can let it go on.'),
    verifyMinutes: z
      .number()
      .positive()
      .max(1440)
      .default(60)
      .describe('Minutes after the last message for which a redrive goes on learning what became of them.'),
  })
  .prefault({})
