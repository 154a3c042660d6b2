import { MOST_ITEMS, readBody } from './read-body.ts'
import { RequestRefusal } from './request-refusal.ts'

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
  const { bytes, isLines } = await readBody(request)
  const text = textOf(bytes)
  const items = isLines ? itemsOfLines(text) : itemsOfJson(text)
  if (items.length > MOST_ITEMS)
    throw new RequestRefusal(413, `The body holds ${items.length} items; send at most ${MOST_ITEMS} at a time.`)
  return items
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
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
