import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { awsReach } from '#lib/aws/places.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { QueueCallError } from './ask-sqs.ts'
import { receive } from './queue-calls.ts'

afterEach(() => {
  closeAwsClients()
  vi.unstubAllEnvs()
})

test('a message whose body is not the one whose digest SQS gives is not handed on', async () => {
  const answer = { Messages: [{ MessageId: 'm-1', ReceiptHandle: 'r-1', Body: 'changed', MD5OfBody: '0'.repeat(32) }] }
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'spillway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret')
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', endpoint)
  const access = {
    aws: awsReach({ AWS_REGION: 'eu-west-2' }, settingsSchema.parse({})),
    signal: new AbortController().signal,
    countCall: () => {},
  }
  try {
    const receiving = receive(access, `${endpoint}/000000000000/orders-dlq`, {
      most: 10,
      holdSeconds: 30,
      waitSeconds: 0,
    })
    await expect(receiving).rejects.toBeInstanceOf(QueueCallError)
    await expect(receiving).rejects.toThrow(/cannot be used: the bodies of m-1 are not those/)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
