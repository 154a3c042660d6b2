import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** The whole body, unpacked where `content-encoding: gzip` says so, as the AWS SDK sends large metric data. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const body = Buffer.concat(chunks)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

/** The body as JSON, an empty body as `{}`. Throws a SyntaxError on anything else. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString('utf8')
  return text.trim() === '' ? {} : JSON.parse(text)
}
