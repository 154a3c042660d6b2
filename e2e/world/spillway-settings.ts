import { randomBytes } from 'node:crypto'

import type { SettingsInput } from '#lib/config/settings.ts'

import type { Durations } from './durations.ts'
import { QUEUE_NAMES } from './queues.ts'
import type { QueueUrls } from './queues.ts'

export interface Endpoints {
  readonly sqs: string
  readonly cloudwatch: string
  readonly sentry: string
  readonly slack: string
  readonly oidc: string
  readonly control: string
}

/** Content of a spillway.yaml that points at this sandbox. `note` says on every page what it shortens. */
export function spillwaySettings(durations: Durations, queues: QueueUrls, note: string): SettingsInput {
  const { beatSeconds } = durations
  return {
    team: { name: 'TIS Self-Service (sandbox)', timeZone: 'Europe/London' },
    sandbox: { note },
    sources: {
      sqs: { everySeconds: beatSeconds, queuePrefixes: ['tis-'] },
      'cloudwatch-metrics': { everySeconds: beatSeconds },
      'cloudwatch-alarms': { everySeconds: beatSeconds },
      sentry: { everySeconds: beatSeconds, environment: 'demo' },
      'email-outcomes': { queueUrl: queues.outcomes, sentMeans: 'delivered' },
      profiles: { queueUrl: queues.profilesTap },
    },
    flow: [
      {
        queue: QUEUE_NAMES.profileCreated,
        label: 'profile-created',
        service: 'tis-trainee-sync',
        sentryProject: 'tis-trainee-sync',
        profilesIn: true,
        ...(queues.profileCreatedTap === null ? {} : { tapQueueUrl: queues.profileCreatedTap }),
      },
      { queue: QUEUE_NAMES.syncRequest, label: 'sync-request', service: 'tis-sync' },
      {
        queue: QUEUE_NAMES.contactDetailsUpdated,
        label: 'contact-details-updated',
        service: 'tis-trainee-notifications',
        sentryProject: 'tis-trainee-notifications',
      },
      {
        queue: QUEUE_NAMES.membershipUpdated,
        label: 'programme-membership-updated',
        service: 'tis-trainee-notifications',
      },
    ],
    emails: {
      label: 'onboarding e-mail',
      withoutAfterMinutes: durations.withoutAfterMinutes,
      overdueAfterMinutes: durations.overdueAfterMinutes,
    },
    redrive: { holdSeconds: durations.holdSeconds },
    resync: { queueUrl: queues.syncRequest },
    slack: { channel: '#incidents' },
  }
}

function figure(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** What the sandbox shortens, in one sentence for every page of Spillway. */
export function describeShortening(durations: Durations, speed: number, retentionSeconds?: number): string {
  const { beatSeconds, cloudwatchDelaySeconds, profileEverySeconds, visibilityTimeoutSeconds } = durations
  const [least, most] = cloudwatchDelaySeconds.map(figure)
  return (
    `Sandbox at speed ${figure(speed)}: beats of ${beatSeconds} s, a new profile about every ${figure(profileEverySeconds)} s, ` +
    `visibility timeout ${visibilityTimeoutSeconds} s, CloudWatch serves a minute ${least} to ${most} s after its end, ` +
    `and somebody counts as without their e-mail after ${figure(durations.withoutAfterMinutes)} min instead of 24 h.` +
    (retentionSeconds === undefined
      ? ''
      : ` profile-created keeps a message for ${retentionSeconds} s instead of 4 days.`)
  )
}

export interface EnvOptions {
  readonly endpoints: Endpoints
  readonly sentryOrg: string
  readonly sentryToken: string
  readonly slackToken: string
  readonly oidcClientId: string
  readonly oidcClientSecret: string
}

/** Environment variables that connect Spillway to this sandbox. */
export function spillwayEnv(options: EnvOptions): Record<string, string> {
  const { endpoints } = options
  return {
    SPILLWAY_SECRET: randomBytes(32).toString('hex'),
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: 'spillway',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_CLOUDWATCH: endpoints.cloudwatch,
    SENTRY_URL: endpoints.sentry,
    SENTRY_ORG: options.sentryOrg,
    SENTRY_AUTH_TOKEN: options.sentryToken,
    SLACK_API_URL: `${endpoints.slack}/api`,
    SLACK_BOT_TOKEN: options.slackToken,
    OIDC_ISSUER: endpoints.oidc,
    OIDC_CLIENT_ID: options.oidcClientId,
    OIDC_CLIENT_SECRET: options.oidcClientSecret,
    OIDC_ROLE_CLAIM: 'roles',
  }
}
