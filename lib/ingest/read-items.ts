import { RequestRefusal } from './request-refusal.ts'

const MOST_BYTES = 5 * 1024 * 1024
const MOST_ITEMS = 5_000

const JSON_TYPES = new Set(['application/json'])
const LINE_TYPES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/json-lines',
])

/** One thing that was sent, and where it stood: `line 3` or `item 3`. */
export interface Item {
  readonly place: string
  readonly json: unknown
}

/**
 * Reads a whole body: a JSON object, a JSON array, or one JSON value a line. Nothing of it has been used when this throws
 * a `RequestRefusal`: 413 too large, 415 another type, 400 not JSON.
 */
export async function readItems(request: Request): Promise<readonly Item[]> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw new RequestRefusal(415, 'Send the body as it is, without content-encoding.')
  if (!JSON_TYPES.has(type) && !LINE_TYPES.has(type))
    throw new RequestRefusal(415, 'Send content-type application/json (an object or an array) or application/x-ndjson.')
  const text = await readText(request)
  const items = LINE_TYPES.has(type) ? itemsOfLines(text) : itemsOfJson(text)
  if (items.length > MOST_ITEMS)
    throw new RequestRefusal(413, `The body holds ${items.length} items; send at most ${MOST_ITEMS} at a time.`)
  return items
}

async function readText(request: Request): Promise<string> {
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
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
  } catch {
    throw new RequestRefusal(400, 'The body is not UTF-8 text.')
  }
}

function itemsOfJson(text: string): Item[] {
  const json = parse(text, 'the body')
  const list: readonly unknown[] = Array.isArray(json) ? json : [json]
  return list.map((item, at) => ({ place: `item ${at + 1}`, json: item }))
}

function itemsOfLines(text: string): Item[] {
  return text
    .split('\n')
    .map((line, at) => ({ line: line.trim(), place: `line ${at + 1}` }))
    .filter(({ line }) => line !== '')
    .map(({ line, place }) => ({ place, json: parse(line, place) }))
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RequestRefusal(400, `${place} is not JSON. Nothing was stored; send it all again once it is mended.`)
  }
}
