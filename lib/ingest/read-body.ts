import { RequestRefusal } from './request-refusal.ts'

const MOST_BYTES = 5 * 1024 * 1024
/** Items of one body at most: they are stored in one transaction. */
export const MOST_ITEMS = 5_000

const JSON_TYPES = new Set(['application/json'])
const LINE_TYPES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/json-lines',
])

/** A body as it came. `isLines`: one JSON value a line, else one JSON value in all. */
export interface Body {
  readonly bytes: Uint8Array
  readonly isLines: boolean
}

/** Reads a whole body. Throws a `RequestRefusal`: 413 too large, 415 another type. */
export async function readBody(request: Request): Promise<Body> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw new RequestRefusal(415, 'Send the body as it is, without content-encoding.')
  if (!JSON_TYPES.has(type) && !LINE_TYPES.has(type))
    throw new RequestRefusal(415, 'Send content-type application/json (an object or an array) or application/x-ndjson.')
  return { bytes: await readBytes(request), isLines: LINE_TYPES.has(type) }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const tooLarge = new RequestRefusal(413, 'The body is larger than 5 MB. Send it in parts.')
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) throw tooLarge
  const parts: Uint8Array[] = []
  let size = 0
  // The length may be missing or wrong, so the bytes themselves are counted.
  for await (const part of request.body ?? []) {
    size += part.length
    if (size > MOST_BYTES) throw tooLarge
    parts.push(part)
  }
  return Buffer.concat(parts)
}
