import 'server-only'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { dropSingleton, singleton } from '#lib/config/singleton.ts'
import { assumedRole } from './assumed-role.ts'
import { ScopedHttpHandler } from './aws-call.ts'
import type { AwsPlace } from './places.ts'

const CONNECT_TIMEOUT_MS = 3_000
const REQUEST_TIMEOUT_MS = 10_000
/** Longest wait of a long poll that SQS allows, in seconds. */
export const LONG_POLL_SECONDS = 20
/** An object of an archive has up to 40 MB. */
const OBJECT_TIMEOUT_MS = 60_000
const LONG_POLL_TIMEOUT_MS = (LONG_POLL_SECONDS + 5) * 1_000

/** Names of the clients that exist, for the whole process and not for one copy of this module. */
const madeClients = () => singleton('aws/made-clients', () => new Set<string>())

/**
 * The process's SQS client of a place. Credentials come from the standard chain, or from the place's role that is assumed with them; the
 * endpoint from AWS_ENDPOINT_URL_SQS where that is set.
 * The host of a queue's URL is ignored, so that a VPC endpoint or a local server is used for every call.
 */
export function getSqsClient(place: AwsPlace): SQSClient {
  return keep(`aws/sqs/${keyOf(place)}`, () => makeSqsClient(place, REQUEST_TIMEOUT_MS))
}

/** A second SQS client for long polls: same as `getSqsClient`, but it waits 5 s longer than the longest poll. */
export function getLongPollClient(place: AwsPlace): SQSClient {
  return keep(`aws/sqs-long-poll/${keyOf(place)}`, () => makeSqsClient(place, LONG_POLL_TIMEOUT_MS))
}

/**
 * A third SQS client, which asks once and never again by itself: for calls that must not be repeated unseen, because a call whose answer
 * was lost may have been carried out.
 */
export function getOneTryClient(place: AwsPlace): SQSClient {
  return keep(`aws/sqs-one-try/${keyOf(place)}`, () => makeSqsClient(place, REQUEST_TIMEOUT_MS, 1))
}

/** The process's CloudWatch client of a place; the endpoint comes from AWS_ENDPOINT_URL_CLOUDWATCH where that is set. */
export function getCloudWatchClient(place: AwsPlace): CloudWatchClient {
  return keep(`aws/cloudwatch/${keyOf(place)}`, () => new CloudWatchClient(clientOptions(place, REQUEST_TIMEOUT_MS)))
}

/** Where a bucket is: on AWS, or on a store that is compatible with S3. */
export interface BucketAccess {
  readonly region: string | undefined
  readonly endpoint: string | undefined
  readonly forcePathStyle: boolean
}

/** The process's S3 client for a place; without an endpoint of its own the SDK takes AWS_ENDPOINT_URL_S3 where that is set. */
export function getS3Client({ region, endpoint, forcePathStyle }: BucketAccess): S3Client {
  return keep(
    `aws/s3/${JSON.stringify([region, endpoint, forcePathStyle])}`,
    () =>
      new S3Client({
        ...clientOptions({ region, role: null }, OBJECT_TIMEOUT_MS),
        ...(endpoint === undefined ? {} : { endpoint }),
        forcePathStyle,
        // Compatible stores refuse checksums that they do not know; what was written is read back and compared.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
  )
}

/** Closes the clients' connections and forgets them; the next call makes new ones. For shutdown and tests. */
export function closeAwsClients(): void {
  for (const name of madeClients()) {
    const client = singleton<{ destroy: () => void } | null>(name, () => null)
    client?.destroy()
    dropSingleton(name)
  }
  madeClients().clear()
}

function keep<T>(name: string, create: () => T): T {
  madeClients().add(name)
  return singleton(name, create)
}

function makeSqsClient(place: AwsPlace, timeoutMs: number, maxAttempts = 3): SQSClient {
  const client = new SQSClient({
    ...clientOptions(place, timeoutMs),
    maxAttempts,
    useQueueUrlAsEndpoint: false,
    // Bodies are checked where they are received, by `assertBodiesIntact`, and where they were sent, with their attributes.
    md5: false,
  })
  // Without a logger it still writes out every input and output, a thirtieth of what a call costs.
  client.middlewareStack.remove('loggerMiddleware')
  return client
}

function keyOf({ region, role }: AwsPlace): string {
  return [region ?? '', role?.arn ?? '', role?.externalId ?? ''].join(' ')
}

function clientOptions({ region, role }: Pick<AwsPlace, 'region' | 'role'>, timeoutMs: number) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(role === null ? {} : { credentials: assumedRole(role, region) }),
    maxAttempts: 3,
    // Standard mode waits between attempts for a random part of a doubling time and stops retrying when most calls fail.
    retryMode: 'standard',
    requestHandler: new ScopedHttpHandler({
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: timeoutMs,
      // Without it the SDK only warns. The socket's timeout also ends a body that stops half way.
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
      httpAgent: { keepAlive: true, maxSockets: 50 },
      httpsAgent: { keepAlive: true, maxSockets: 50 },
    }),
    // A call gives no options of its own and no middleware (see aws-call.ts), so that they are put together once a command.
    cacheMiddleware: true,
  }
}
