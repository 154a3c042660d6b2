import type { SQSClient } from '@aws-sdk/client-sqs'

import type { CloudWatchServer } from './cloudwatch/server.ts'
import { attachDlq, detachDlq } from './create-queues.ts'
import type { Faults } from './faults.ts'
import type { DeployMark } from './marks.ts'
import { QUEUE_NAMES } from './queues.ts'
import type { SentryServer } from './sentry/server.ts'
import type { SlackServer } from './slack/server.ts'
import type { SqsServer } from './sqs/server.ts'

export interface FaultWiring {
  readonly faults: Faults
  readonly sqs: SqsServer
  readonly infrastructure: SQSClient
  readonly cloudwatch: CloudWatchServer
  readonly sentry: SentryServer
  readonly slack: SlackServer
  /** Tells Spillway and Sentry that a version went out. */
  readonly deploy: (mark: DeployMark) => Promise<void>
}

/** Gives each switch its effect. Those that are not named here are asked for by the services themselves. */
export function wireFaults(wiring: FaultWiring): void {
  const { cloudwatch, deploy, faults, infrastructure, sentry, slack, sqs } = wiring
  // Each turn of a switch is a new version, as each change of a library is a deploy.
  let patch = 2
  const deployOf = (service: string, minor: number) => async (): Promise<void> => {
    await deploy({ service, version: `1.${minor}.${patch}` })
    patch += 1
  }
  faults.onSet('consumer-upgraded', deployOf('tis-trainee-sync', 18))
  faults.onSet('producer-adds-javatype', deployOf('tis-trainee-details', 14))
  faults.onSet('producer-drops-javatype', deployOf('tis-trainee-details', 14))
  faults.onSet('no-dlq', (isOn) =>
    isOn
      ? detachDlq(infrastructure, QUEUE_NAMES.profileCreated)
      : attachDlq(infrastructure, QUEUE_NAMES.profileCreated),
  )
  const cloudwatchUp = (): void => cloudwatch.setUp(!isAwsDown && !isCloudwatchDown)
  let isAwsDown = false
  let isCloudwatchDown = false
  let raiseSqs: (() => void) | undefined
  faults.onSet('aws-down', (isOn) => {
    isAwsDown = isOn
    raiseSqs?.()
    raiseSqs = isOn ? sqs.faults.add({ operation: '*', action: { kind: 'down' } }) : undefined
    cloudwatchUp()
  })
  faults.onSet('cloudwatch-down', (isOn) => {
    isCloudwatchDown = isOn
    cloudwatchUp()
  })
  faults.onSet('sentry-down', (isOn) => sentry.setUp(!isOn))
  faults.onSet('slack-down', (isOn) => slack.setUp(!isOn))
}
