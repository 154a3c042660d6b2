import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** A server of the sandbox that is listening. */
export interface Listening {
  /** Base address without a trailing slash, e.g. `http://127.0.0.1:4010`. */
  readonly url: string
  readonly port: number
  /** Cuts open connections too, so that a long poll or a browser never holds the process. */
  readonly stop: () => Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/**
 * Listens on 127.0.0.1; port 0 takes a free one. A handler that throws answers 500 with the reason as text, because
 * nobody but the sandbox's own developers reads it. Throws the listen error, e.g. when the port is taken.
 */
export async function listen(handler: Handler, port = 0): Promise<Listening> {
  const server = createServer((request, response) => {
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => {
        if (response.headersSent) response.destroy()
        else response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error))
      })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sandbox listens on TCP only')
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
