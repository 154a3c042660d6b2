import type { SQSClient } from '@aws-sdk/client-sqs'

import { startCloudWatchServer } from './cloudwatch/server.ts'
import type { CloudWatchServer } from './cloudwatch/server.ts'
import { createAlarms } from './create-alarms.ts'
import { createQueues, DEFAULT_RETENTION_SECONDS } from './create-queues.ts'
import type { Durations } from './durations.ts'
import { startOidcServer } from './oidc/server.ts'
import type { OidcServer } from './oidc/server.ts'
import { pastVolumes } from './past/past-volumes.ts'
import type { QueueUrls } from './queues.ts'
import type { RequestLog } from './request-log.ts'
import { startSentryServer } from './sentry/server.ts'
import type { SentryServer } from './sentry/server.ts'
import { connectSqs } from './services/connect-sqs.ts'
import { startSlackServer } from './slack/server.ts'
import type { SlackServer } from './slack/server.ts'
import type { Endpoints } from './spillway-settings.ts'
import { startSqsServer } from './sqs/server.ts'
import type { SqsServer } from './sqs/server.ts'

const DEFAULT_SIDE_QUEUES = 20
const SENTRY_INGEST_MS = 90_000

export interface ServersOptions {
  readonly seed: number
  readonly speed: number
  readonly durations: Durations
  readonly log: RequestLog
  readonly queues?: number | undefined
  readonly past?: boolean
  readonly tap?: boolean
  readonly retentionSeconds?: number
  readonly ports?: Partial<Record<keyof Endpoints, number>>
  readonly appUrl?: string | undefined
}

/** Everything that the sandbox puts on the wire, besides its control page. */
export interface Servers {
  readonly sqs: SqsServer
  /** A client that acts as infrastructure code does. */
  readonly infrastructure: SQSClient
  readonly queues: QueueUrls
  readonly cloudwatch: CloudWatchServer
  readonly sentry: SentryServer
  readonly slack: SlackServer
  readonly oidc: OidcServer
  readonly stop: () => Promise<void>
}

export async function startServers(options: ServersOptions): Promise<Servers> {
  const { durations, log, ports = {}, queues: sideQueues = DEFAULT_SIDE_QUEUES, seed } = options
  const hasPast = options.past ?? true
  const sqs = await startSqsServer({ log, ...portOf(ports.sqs) })
  const infrastructure = connectSqs(sqs.endpoint, 'infrastructure')
  const queues = await createQueues(infrastructure, {
    sideQueues,
    visibilityTimeoutSeconds: durations.visibilityTimeoutSeconds,
    hasTap: options.tap ?? true,
    retentionSeconds: options.retentionSeconds ?? DEFAULT_RETENTION_SECONDS,
  })
  const cloudwatch = await startCloudWatchServer({
    log,
    seed,
    delaySeconds: durations.cloudwatchDelaySeconds,
    reactivationSeconds: durations.reactivationSeconds,
    listQueueNames: () => sqs.store.listQueueNames(),
    measure: (name) => sqs.store.measure(name),
    pastPerDay: hasPast ? pastVolumes(seed, sideQueues) : null,
    ...portOf(ports.cloudwatch),
  })
  createAlarms(cloudwatch, Date.now())
  const ingestDelayMs = SENTRY_INGEST_MS / options.speed
  const sentry = await startSentryServer({ log, seed, hasPast, ingestDelayMs, ...portOf(ports.sentry) })
  const slack = await startSlackServer({ log, ...portOf(ports.slack) })
  const oidc = await startOidcServer({ log, appUrl: options.appUrl, ...portOf(ports.oidc) })
  const stop = async (): Promise<void> => {
    infrastructure.destroy()
    await Promise.all([oidc.stop(), slack.stop(), sentry.stop(), cloudwatch.stop(), sqs.stop()])
  }
  return { sqs, infrastructure, queues, cloudwatch, sentry, slack, oidc, stop }
}

export function portOf(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port }
}
