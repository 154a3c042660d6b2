import { z } from 'zod'
import { OUTCOME_STATUSES } from '#lib/domain/outcome.ts'
import { archive } from './archive-settings.ts'
import { aws } from './aws-settings.ts'
import { detect, metrics } from './detect-settings.ts'
import { flowStage } from './flow-settings.ts'
import { redrive } from './redrive-settings.ts'
import { services } from './service-settings.ts'

const seconds = (least: number, standard: number) => z.number().int().min(least).max(86_400).default(standard)

const sources = z.strictObject({
  sqs: z
    .strictObject({
      everySeconds: seconds(5, 30).describe('Seconds between two readings of a queue’s depth.'),
      quietSeconds: seconds(5, 300).describe(
        'Longest time between two readings of a queue in which nothing has been for 20 minutes or more; the longer it is quiet, the less often it is read. Dead-letter queues are read every minute at the latest, queues of the flow never less often than everySeconds.',
      ),
      queuePrefixes: z.array(z.string().min(1)).default([]).describe('Only queues whose names start so; all without.'),
    })
    .prefault({}),
  'cloudwatch-metrics': z
    .strictObject({
      everySeconds: seconds(15, 300).describe('Seconds between two GetMetricData readings; each costs money.'),
      backfillDays: z
        .number()
        .int()
        .min(0)
        .max(455)
        .default(90)
        .describe('Days of history fetched at the first start.'),
    })
    .prefault({}),
  'cloudwatch-alarms': z
    .strictObject({ everySeconds: seconds(15, 60).describe('Seconds between two DescribeAlarms readings.') })
    .prefault({}),
  sentry: z
    .strictObject({
      everySeconds: seconds(15, 60).describe('Seconds between two readings.'),
      environment: z.string().min(1).default('prod').describe('Sentry environment that counts.'),
      backfillDays: z.number().int().min(0).max(90).default(90).describe('Days of history fetched at the first start.'),
    })
    .prefault({}),
  'email-outcomes': z
    .strictObject({
      queueUrl: z
        .url()
        .describe(
          'URL of the SQS queue that is subscribed to the notification events. Spillway is its only reader and deletes what it has stored.',
        ),
      sentMeans: z
        .enum(['accepted', 'delivered'])
        .default('delivered')
        .describe('What the status SENT stands for upstream.'),
      statuses: z
        .record(z.string().regex(/^[A-Za-z_]{1,50}$/, 'is not a status'), z.enum(OUTCOME_STATUSES))
        .default({})
        .describe(
          'Statuses of the sender that Spillway does not know, and what each stands for, e.g. SHELVED: failed. Messages that waited in quarantine for it can be tried again.',
        ),
      onboardingTypes: z
        .array(z.string().min(1))
        .default([
          'PROGRAMME_CREATED',
          'PROGRAMME_DAY_ONE',
          'PROGRAMME_UPDATED_WEEK_12',
          'PROGRAMME_UPDATED_WEEK_4',
          'PROGRAMME_UPDATED_WEEK_2',
        ])
        .describe('Notification types that count as onboarding.'),
    })
    .optional(),
  'email-counts': z
    .strictObject({
      everySeconds: seconds(15, 60).describe('Seconds between two GetMetricData readings; each costs money.'),
      backfillDays: z
        .number()
        .int()
        .min(0)
        .max(15)
        .default(15)
        .describe('Days of history fetched at the first start; CloudWatch keeps minutes for 15.'),
      metrics: z
        .array(
          z.strictObject({
            counts: z
              .string()
              .regex(/^[a-z][a-z0-9_]{0,40}$/, 'is not a word such as no_email_address')
              .describe(
                'What one of it stands for, e.g. attempted or no_email_address; the same word twice is added up.',
              ),
            namespace: z.string().min(1).max(255).describe('Namespace of the metric.'),
            name: z.string().min(1).max(255).describe('Name of the metric.'),
            dimensions: z.record(z.string(), z.string()).default({}).describe('Dimensions of the metric.'),
          }),
        )
        .min(1)
        .max(50)
        .describe(
          'Metrics of log-metric filters. Give each filter the default value 0, so that a quiet minute is told.',
        ),
    })
    .optional()
    .describe('Counts of e-mails from logs, for those who may not export outcomes: they hold no personal data.'),
  profiles: z
    .strictObject({
      queueUrl: z
        .url()
        .optional()
        .describe(
          'URL of a tap queue of created profiles; without it profiles come by POST /api/ingest/profiles. Where contact details go to it too, Spillway learns who has no e-mail address in the source, and keeps nothing else of them.',
        ),
    })
    .optional(),
})

/** The whole of spillway.yaml. Published as JSON Schema so that editors complete it. */
export const settingsSchema = z.strictObject({
  team: z
    .strictObject({
      name: z.string().min(1).default('Spillway').describe('Name of the team in the header.'),
      timeZone: z
        .string()
        .default('Europe/London')
        .refine((zone) => isTimeZone(zone), 'is not an IANA time zone such as Europe/London')
        .describe('Time zone of the wall and of readers who chose none.'),
    })
    .prefault({}),
  sandbox: z
    .strictObject({ note: z.string().min(1) })
    .optional()
    .describe('Shown on every page: that this is the sandbox, and which durations it shortens.'),
  aws,
  sources: sources.prefault({}),
  flow: z.array(flowStage).default([]).describe('The road of a message, first stage first.'),
  services,
  detect,
  metrics,
  emails: z
    .strictObject({
      label: z.string().min(1).default('onboarding e-mail').describe('What the e-mail is called in sentences.'),
      withoutAfterMinutes: z
        .number()
        .positive()
        .max(43_200)
        .default(1440)
        .describe('A profile older than this with no notification is a person without their e-mail.'),
      overdueAfterMinutes: z
        .number()
        .positive()
        .max(43_200)
        .default(120)
        .describe('A scheduled e-mail this long past its time is overdue.'),
    })
    .prefault({}),
  slack: z
    .strictObject({
      channel: z
        .string()
        .regex(/^#?[^\s#]{1,80}$/, 'is neither a name such as #incidents nor the id of a channel')
        .describe(
          'Channel in which incidents are told: #name of a public one, or the id of any. The app must be invited to it.',
        ),
    })
    .optional()
    .describe('Where people are told of incidents; needs SLACK_BOT_TOKEN.'),
  redrive,
  archive,
  resync: z
    .strictObject({
      queueUrl: z
        .url()
        .optional()
        .describe('URL of the SQS queue by which a person’s data are asked for again. Give this or url.'),
      url: z
        .string()
        .max(2_000)
        .refine((text) => isAddressOfPerson(text), 'is not an http(s) address with {ref} in its path or query')
        .optional()
        .describe(
          'Address that is called for each person instead; {ref} stands for the person’s reference. SPILLWAY_RESYNC_TOKEN, where set, goes along as a bearer token.',
        ),
      method: z.enum(['POST', 'PUT', 'GET']).default('POST').describe('How the address is called.'),
      bodyTemplate: z
        .string()
        .min(1)
        .max(10_000)
        .refine((text) => text.includes('{ref}'), 'does not contain {ref}, the place of the person’s reference')
        .default('{"table":"Person","id":"{ref}"}')
        .describe('Body of the message; {ref} stands for the person’s reference.'),
      groupTemplate: z
        .string()
        .min(1)
        .max(100)
        .default('tcs_Person_{ref}')
        .describe('Message group on a FIFO queue; {ref} stands for the person’s reference.'),
      perSecond: z.number().positive().max(500).default(5).describe('People asked for in a second.'),
    })
    .refine(({ queueUrl, url }) => (queueUrl === undefined) !== (url === undefined), 'needs either queueUrl or url')
    .optional()
    .describe('How the data of people are asked for again when their messages have expired.'),
  retention: z
    .strictObject({
      samplesDays: z.number().int().min(7).max(1825).default(400).describe('Days for which readings are kept.'),
      eventsDays: z.number().int().min(30).max(3650).default(1825).describe('Days for which outcome events are kept.'),
      quarantineDays: z
        .number()
        .int()
        .min(1)
        .max(365)
        .default(30)
        .describe('Days for which a message that was not understood is kept, encrypted.'),
      archiveDays: z
        .number()
        .int()
        .min(1)
        .max(3650)
        .default(90)
        .describe('Days for which archived messages are kept, encrypted; then they are erased.'),
    })
    .prefault({}),
})

export type Settings = z.output<typeof settingsSchema>
export type SettingsInput = z.input<typeof settingsSchema>
export type FlowStage = Settings['flow'][number]

/** The place of the reference must not decide which host is called. */
function isAddressOfPerson(text: string): boolean {
  const parsed = URL.parse(text)
  const isWeb = parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:')
  return isWeb && text.includes('{ref}') && !/[{}]|%7b/iu.test(parsed.host) && parsed.username === ''
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
