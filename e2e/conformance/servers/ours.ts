import { COMPAT_REGION } from '#e2e/conformance/compat-server.ts'
import type { CompatServer } from '#e2e/conformance/compat-server.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer } from '#world/sqs/server.ts'

const RETENTION_SECONDS = 2

/** The sandbox's own server, with a twin for the retention check. */
export const ours: CompatServer = {
  name: 'ours',
  version: 'this work tree',
  async start() {
    const main = await startSqsServer({ log: new RequestLog(), region: COMPAT_REGION })
    const limits = { minimumRetentionSeconds: RETENTION_SECONDS }
    const twin = await startSqsServer({ log: new RequestLog(), region: COMPAT_REGION, limits })
    return {
      endpoint: main.endpoint,
      retention: { endpoint: twin.endpoint, seconds: RETENTION_SECONDS },
      async stop() {
        await main.stop()
        await twin.stop()
      },
    }
  },
}
