import { startFauxqs } from 'fauxqs'

import type { CompatServer } from '#e2e/conformance/compat-server.ts'

/** Its queue URLs name a host that does not resolve; a client with an explicit endpoint never looks at it. */
export const fauxqs: CompatServer = {
  name: 'fauxqs',
  version: '2.4.1',
  async start() {
    const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
    return { endpoint: `http://127.0.0.1:${server.port}`, stop: () => server.stop() }
  },
}
