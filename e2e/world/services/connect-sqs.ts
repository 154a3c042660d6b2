import { SQSClient } from '@aws-sdk/client-sqs'

import type { ServiceName } from './service-context.ts'

export const REGION = 'eu-west-2'

/** A client of the real SDK whose access key id is the service's name. */
export function connectSqs(endpoint: string, service: ServiceName): SQSClient {
  return new SQSClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: service, secretAccessKey: 'sandbox' },
    maxAttempts: 3,
  })
}
