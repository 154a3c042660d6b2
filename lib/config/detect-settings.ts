import { z } from 'zod'

export const detect = z
  .strictObject({
    'flow-parity': z
      .strictObject({
        leastSent: z
          .number()
          .int()
          .min(2)
          .max(1000)
          .default(5)
          .describe('Messages, each received three times and none deleted, that are a leak.'),
      })
      .prefault({}),
    'email-failed-spike': z
      .strictObject({
        caution: z
          .number()
          .min(0.05)
          .max(100)
          .default(1)
          .describe(
            'How much surer than usual Spillway must be before it says that e-mails fail; less is sooner and more often needless.',
          ),
      })
      .prefault({}),
  })
  .prefault({})
  .describe(
    'What may be set of the rules. The page “Try a rule”, behind the settings page, shows what a change would have done.',
  )

export const metrics = z
  .array(
    z.strictObject({
      series: z
        .string()
        .regex(
          /^(sqs|cloudwatch|sentry|emails)(\/[^/]+){2,3}$/,
          'is no series such as cloudwatch/<queue>/sent, sqs/<queue>/visible or sentry/<project>/<environment>/errors',
        )
        .describe(
          'cloudwatch/<queue>/sent, /received, /deleted or /oldest-age; sqs/<queue>/visible, /in-flight or /delayed; sentry/<project>/<environment>/errors; emails/<counts>/count.',
        ),
      label: z.string().min(1).max(80).optional().describe('What it is called on pages; the series without it.'),
    }),
  )
  .max(50)
  .default([])
  .describe('Series of which it is said when they are unlike their own past. Much that is rare is not wrong: name few.')
