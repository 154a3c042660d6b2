import { expect, test } from 'vitest'
import { readItems } from './read-items.ts'

function post(body: BodyInit, type = 'application/json', headers: Record<string, string> = {}): Request {
  return new Request('http://127.0.0.1/api/ingest/outcomes', {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...headers },
  })
}

const refused = (status: number, message: RegExp) =>
  expect.objectContaining({ status, message: expect.stringMatching(message) })

test('an object, an array and lines are all items, and each knows where it stood', async () => {
  expect(await readItems(post('{"a":1}'))).toEqual([{ place: 'item 1', json: { a: 1 } }])
  expect(await readItems(post('[1,2]', 'application/json; charset=utf-8'))).toEqual([
    { place: 'item 1', json: 1 },
    { place: 'item 2', json: 2 },
  ])
  expect(await readItems(post('{"a":1}\n\n{"b":2}\r\n', 'application/x-ndjson'))).toEqual([
    { place: 'line 1', json: { a: 1 } },
    { place: 'line 3', json: { b: 2 } },
  ])
})

test('a line that is not JSON is named, and none of the lines counts', async () => {
  await expect(readItems(post('{"a":1}\n{"a":', 'application/x-ndjson'))).rejects.toEqual(
    refused(400, /^line 2 is not JSON\. Nothing was stored/),
  )
  await expect(readItems(post(''))).rejects.toEqual(refused(400, /^the body is not JSON/))
})

test('another type, a compressed body and bytes that are no text are refused', async () => {
  await expect(readItems(post('a,b', 'text/csv'))).rejects.toEqual(refused(415, /application\/x-ndjson/))
  await expect(readItems(post('{}', 'application/json', { 'content-encoding': 'gzip' }))).rejects.toEqual(
    refused(415, /content-encoding/),
  )
  await expect(readItems(post(new Uint8Array([0x22, 0xff, 0x22])))).rejects.toEqual(refused(400, /UTF-8/))
})

test('five megabytes are the limit, counted even where the length is not told', async () => {
  const chunk = new TextEncoder().encode('a'.repeat(1024 * 1024))
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 1
      controller.enqueue(chunk)
    },
  })
  // A streamed body needs `duplex`, which the DOM's types do not know.
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: endless, duplex: 'half' }
  const request = new Request('http://127.0.0.1/', { ...init, headers: { 'content-type': 'application/json' } })
  await expect(readItems(request)).rejects.toEqual(refused(413, /5 MB/))
  expect(sent).toBeLessThan(10)
})

test('more than five thousand items are refused', async () => {
  await expect(readItems(post(JSON.stringify(Array.from({ length: 5_001 }, () => 1))))).rejects.toEqual(
    refused(413, /5001 items; send at most 5000/),
  )
})
