import { SQSClient } from '@aws-sdk/client-sqs'

import { startCloudWatchServer } from '#world/cloudwatch/server.ts'
import type { CloudWatchServer } from '#world/cloudwatch/server.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer } from '#world/sqs/server.ts'
import type { SqsServer } from '#world/sqs/server.ts'

import type { TrustedRole } from './assume-role.ts'
import { startAwsFront } from './aws-front.ts'
import type { AwsFront } from './aws-front.ts'

export interface PlaceOptions {
  readonly region: string
  readonly account: string
}

/** The servers of one region of one account. */
export interface Place {
  readonly sqs: SqsServer
  readonly cloudwatch: CloudWatchServer
  /** What reached this place, and nothing else. */
  readonly log: RequestLog
  /** A client of its own account, as infrastructure code has one: it does not pass the front. */
  readonly infrastructure: SQSClient
}

export interface Places<Name extends string> {
  readonly front: AwsFront
  /** Calls of STS. */
  readonly log: RequestLog
  readonly of: Readonly<Record<Name, Place>>
  readonly stop: () => Promise<void>
}

/** Starts several regions and accounts behind one endpoint. `home` is the account of callers that assumed no role. */
export async function startPlaces<Name extends string>(
  wanted: Readonly<Record<Name, PlaceOptions>>,
  given: { readonly homeAccount: string; readonly roles: readonly TrustedRole[] },
): Promise<Places<Name>> {
  const log = new RequestLog()
  const front = await startAwsFront({ log, ...given })
  const started = new Map<string, Place>()
  for (const [name, place] of Object.entries<PlaceOptions>(wanted)) started.set(name, await startPlace(front, place))
  const places: Readonly<Record<string, Place>> = Object.fromEntries(started)
  return {
    front,
    log,
    of: places,
    stop: async () => {
      for (const { sqs, cloudwatch, infrastructure } of started.values()) {
        infrastructure.destroy()
        await Promise.all([sqs.stop(), cloudwatch.stop()])
      }
      await front.stop()
    },
  }
}

async function startPlace(front: AwsFront, { region, account }: PlaceOptions): Promise<Place> {
  const log = new RequestLog()
  const sqs = await startSqsServer({ log, region, accountId: account })
  const cloudwatch = await startCloudWatchServer({
    log,
    seed: 7,
    delaySeconds: [0, 0],
    reactivationSeconds: [0, 0],
    listQueueNames: () => sqs.store.listQueueNames(),
    measure: (name) => sqs.store.measure(name),
    pastPerDay: null,
  })
  const { endpoint } = sqs
  front.add({ region, account, sqs: endpoint, cloudwatch: cloudwatch.endpoint })
  sqs.store.baseUrl = front.queueBase(region)
  const credentials = { accessKeyId: 'infrastructure', secretAccessKey: 'sandbox' }
  return { sqs, cloudwatch, log, infrastructure: new SQSClient({ endpoint, region, credentials }) }
}
