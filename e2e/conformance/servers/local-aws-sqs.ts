import { createSqsServer } from 'local-aws-sqs'

import { findFreePort } from '#e2e/conformance/child-server.ts'
import { COMPAT_REGION } from '#e2e/conformance/compat-server.ts'
import type { CompatServer } from '#e2e/conformance/compat-server.ts'

export const localAwsSqs: CompatServer = {
  name: 'local-aws-sqs',
  version: '2.0.2',
  async start() {
    const port = await findFreePort()
    const server = await createSqsServer({ port, hostname: '127.0.0.1', region: COMPAT_REGION })
    const stop = (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    return { endpoint: `http://127.0.0.1:${port}`, stop }
  },
}
