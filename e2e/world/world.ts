import type { SettingsInput } from '#lib/config/settings.ts'

import type { CloudWatchServer } from './cloudwatch/server.ts'
import { startControlServer } from './control/server.ts'
import { attachDlq } from './create-queues.ts'
import { createDeploys } from './deploys.ts'
import { DEFAULT_SPEED, durationsAt } from './durations.ts'
import type { Durations } from './durations.ts'
import { Faults } from './faults.ts'
import type { FaultId, Story } from './faults.ts'
import type { AppConnection } from './marks.ts'
import type { OidcServer } from './oidc/server.ts'
import { writePastOutcomes } from './past/write-past-outcomes.ts'
import { MAX_RECEIVE_COUNT, QUEUE_NAMES } from './queues.ts'
import type { QueueUrls } from './queues.ts'
import { createRandom } from './random.ts'
import { WorldRecord } from './record.ts'
import { RequestLog } from './request-log.ts'
import { reportToSentry } from './sentry/report-error.ts'
import type { SentryServer } from './sentry/server.ts'
import { connectSqs } from './services/connect-sqs.ts'
import type { Person } from './services/person.ts'
import type { ServiceContext, ServiceName, Shares } from './services/service-context.ts'
import { startServices } from './services/start-services.ts'
import { settle } from './settle.ts'
import type { Settled } from './settle.ts'
import type { SlackServer } from './slack/server.ts'
import { portOf, startServers } from './start-servers.ts'
import type { Servers } from './start-servers.ts'
import { describeShortening, spillwayEnv, spillwaySettings } from './spillway-settings.ts'
import type { Endpoints } from './spillway-settings.ts'
import type { SqsServer } from './sqs/server.ts'
import { Timers } from './timers.ts'
import { startTraffic } from './traffic.ts'
import { wireFaults } from './wire-faults.ts'

const DEFAULT_SHARES: Shares = { noAddress: 0.02, testUser: 0.02, bounce: 0.01, scheduled: 0.1, aside: 0.1 }

export interface WorldOptions {
  /** Multiplies traffic and shortens configured durations; {@link DEFAULT_SPEED} without. */
  readonly speed?: number | undefined
  readonly seed?: number | undefined
  /** True gives profile-created a dead-letter queue from the start; it has none otherwise, as in the real incident. */
  readonly dlq?: boolean
  /** False sends no copies of profile-created to a tap, so that nobody knows what healthy messages look like. */
  readonly tap?: boolean
  /** How long profile-created keeps a message, so that some expire while a test watches; four days without. SQS allows no less than 60. */
  readonly retentionSeconds?: number
  /** Quiet queues beside those of the flow. */
  readonly queues?: number | undefined
  readonly ports?: Partial<Record<keyof Endpoints, number>>
  /** False starts without 90 days of history in CloudWatch and Sentry. */
  readonly past?: boolean
  /** Every call is appended to this file, so that the log outlives a kill. */
  readonly logFile?: string | undefined
  readonly appUrl?: string | undefined
  readonly ingestToken?: string | undefined
  /** False invents nobody by itself: people come by {@link World.createProfiles} only. */
  readonly traffic?: boolean
  readonly story?: Story | undefined
  /** Switched on before the first message. */
  readonly faults?: readonly FaultId[]
  readonly shares?: Partial<Shares>
  /** Takes the log lines of services and world. */
  readonly say?: (line: string) => void
}

/** The sandbox, running. */
export interface World {
  readonly endpoints: Endpoints
  /** Environment variables that connect Spillway to it. */
  readonly env: Record<string, string>
  /** Content of a fitting spillway.yaml. */
  readonly settings: SettingsInput
  readonly durations: Durations
  readonly queues: QueueUrls
  readonly faults: Faults
  readonly record: WorldRecord
  readonly log: RequestLog
  readonly sqs: SqsServer
  readonly cloudwatch: CloudWatchServer
  readonly sentry: SentryServer
  readonly slack: SlackServer
  readonly oidc: OidcServer
  readonly isTraffic: boolean
  /** `shares` say how many of these are out of the ordinary, where that differs from the world's own. */
  readonly createProfiles: (count: number, shares?: Partial<Shares>) => Promise<Person[]>
  /** Waits until nothing moves any more, see `settle.ts`. */
  readonly settle: (options?: { readonly timeoutMs?: number }) => Promise<Settled>
  /** Where deploy marks go from now on. */
  readonly connectApp: (app: AppConnection) => void
  /** Writes 90 days of healthy outcomes as JSONL and adds them to the record, since whoever writes them means to import them. Returns the number of lines. */
  readonly writePast: (file: string) => Promise<number>
  readonly stop: () => Promise<void>
}

/** Starts every server of the sandbox on this machine and the services that use them. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { seed = 42, speed = DEFAULT_SPEED } = options
  const say = options.say ?? (() => undefined)
  const startedAtMs = Date.now()
  const durations = durationsAt(speed)
  const log = new RequestLog(options.logFile)
  const record = new WorldRecord()
  const servers = await startServers({ ...options, seed, speed, durations, log })
  const { infrastructure, queues, sentry, sqs } = servers
  const wantsProducer = options.faults?.includes('producer-adds-javatype') === true
  const faults = new Faults(
    options.story ?? (wantsProducer ? 'producer' : 'consumer'),
    options.dlq === true ? [] : ['no-dlq'],
  )
  const deploys = createDeploys(sentry, say, appOf(options))
  wireFaults({ ...servers, faults, deploy: deploys.announce })
  const stopping = new AbortController()
  const timers = new Timers((error) => say(`a task of the sandbox failed: ${String(error)}`))
  const random = createRandom(seed)
  const shares = { ...DEFAULT_SHARES, ...options.shares }
  const base = { queues, durations, shares, random, record, faults, timers, log, signal: stopping.signal }
  const context = contextOf(base, servers, say)
  if (options.dlq === true) await attachDlq(infrastructure, QUEUE_NAMES.profileCreated)
  for (const id of options.faults ?? []) await faults.set(id, true)
  const services = startServices(context)
  const isTraffic = options.traffic ?? true
  if (isTraffic) startTraffic(context, services)

  const parts = { ...servers, durations, faults, record, log, isTraffic }
  const drive = {
    createProfiles: services.createProfiles,
    settle: (wait: { readonly timeoutMs?: number } = {}) => {
      const returns = faults.isOn('no-dlq') ? 1 : MAX_RECEIVE_COUNT + 1
      const stuckAfterMs = (returns + 0.5) * durations.visibilityTimeoutSeconds * 1000
      return settle({ store: sqs.store, isBusy: () => timers.isBusy || services.isBusy, stuckAfterMs, ...wait })
    },
    connectApp: deploys.connect,
    writePast: (file: string) => writePastOutcomes({ file, seed, nowMs: startedAtMs, record }),
  }
  const control = await startControlServer({ ...parts, ...drive, speed, ...portOf(options.ports?.control) })
  const endpoints = endpointsOf(servers, control.url)
  control.setEndpoints(endpoints)
  const stop = async (): Promise<void> => {
    stopping.abort()
    timers.stop()
    await control.stop()
    await servers.stop()
  }
  return {
    ...parts,
    ...drive,
    endpoints,
    env: envOf(servers, endpoints),
    settings: spillwaySettings(durations, queues, describeShortening(durations, speed, options.retentionSeconds)),
    stop,
  }
}

type ContextBase = Omit<ServiceContext, 'connect' | 'reportError' | 'say'>

function contextOf(base: ContextBase, { sentry, sqs }: Servers, say: (line: string) => void): ServiceContext {
  return {
    ...base,
    connect: (service) => connectSqs(sqs.endpoint, service),
    reportError: (service, error) => reportOf(sentry, base.faults, service, error),
    say: (service, level, text) => say(`${level} ${service}: ${text}`),
  }
}

function endpointsOf(servers: Servers, control: string): Endpoints {
  const { cloudwatch, oidc, sentry, slack, sqs } = servers
  return {
    sqs: sqs.endpoint,
    cloudwatch: cloudwatch.endpoint,
    sentry: sentry.url,
    slack: slack.url,
    oidc: oidc.issuer,
    control,
  }
}

function envOf(servers: Servers, endpoints: Endpoints): Record<string, string> {
  const { oidc, sentry, slack } = servers
  return spillwayEnv({
    endpoints,
    sentryOrg: sentry.org,
    sentryToken: sentry.token,
    slackToken: slack.token,
    oidcClientId: oidc.clientId,
    oidcClientSecret: oidc.clientSecret,
  })
}

function appOf({ appUrl, ingestToken }: WorldOptions): AppConnection | null {
  return appUrl === undefined || ingestToken === undefined ? null : { url: appUrl, ingestToken }
}

const SENTRY_SLUGS: Partial<Record<ServiceName, string>> = {
  details: 'tis-trainee-details',
  sync: 'tis-trainee-sync',
  notifications: 'tis-trainee-notifications',
}

function reportOf(sentry: SentryServer, faults: Faults, service: ServiceName, error: unknown): void {
  const slug = SENTRY_SLUGS[service]
  if (slug === undefined || faults.isOn('sentry-silent')) return
  void reportToSentry({ dsn: sentry.dsnOf(slug), environment: 'demo', error })
}
