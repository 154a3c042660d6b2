import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitArray, splitLines, splitRecords } from './split-items.ts'

type Splitter = typeof splitLines

/** The places and texts of the items of a text that comes in chunks of so many bytes. */
async function cut(splitter: Splitter, text: string, chunkBytes = 3): Promise<[string, string][]> {
  const bytes = new TextEncoder().encode(text)
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes))
  const items: [string, string][] = []
  for await (const item of splitter(chunks)) items.push([item.place, new TextDecoder().decode(item.bytes)])
  return items
}

describe('splitLines', () => {
  test('numbers lines as an editor does, and blank ones are no items', async () => {
    expect(await cut(splitLines, '\u{feff}{"a":1}\r\n\n  {"b":"é"} \n')).toEqual([
      ['line 1', '{"a":1}'],
      ['line 3', '{"b":"é"}'],
    ])
  })
})

describe('splitRecords', () => {
  test('keeps line breaks inside quotes, and a record has the number of its first line', async () => {
    expect(await cut(splitRecords, 'a,b\n1,"x\ny, ""z"""\n2,c')).toEqual([
      ['line 1', 'a,b'],
      ['line 2', '1,"x\ny, ""z"""'],
      ['line 4', '2,c'],
    ])
  })
})

describe('splitArray', () => {
  test('gives each element as it stands, whatever brackets its texts hold', async () => {
    expect(await cut(splitArray, ' [ {"a":"],\\"}"} , [1,[2]] ,3,\n]\n')).toEqual([
      ['item 1', '{"a":"],\\"}"}'],
      ['item 2', '[1,[2]]'],
      ['item 3', '3'],
    ])
    expect(await cut(splitArray, '[]')).toEqual([])
  })

  test('one broken element spoils no other, and what is cut off or comes after the end is an item', async () => {
    expect(await cut(splitArray, '[{"a":},{"b":2},}]trash')).toEqual([
      ['item 1', '{"a":}'],
      ['item 2', '{"b":2}'],
      ['item 3', '}'],
      ['item 4', 'trash'],
    ])
    expect(await cut(splitArray, '[{"a":1},{"b":"x')).toEqual([
      ['item 1', '{"a":1}'],
      ['item 2', '{"b":"x'],
    ])
  })

  test('of any array, in chunks of any size, the elements are those that JSON knows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 9 }), async (values, chunkBytes) => {
        const items = await cut(splitArray, JSON.stringify(values, null, 1), chunkBytes)
        expect(items.map(([, text]) => JSON.parse(text))).toEqual(
          values.map((value) => JSON.parse(JSON.stringify(value))),
        )
      }),
    )
  })

  test('a piece of more than 16 MB is refused with its place', async () => {
    const chunks = Array.from({ length: 20 }, () => new Uint8Array(1024 * 1024).fill(0x61))
    const all = async (): Promise<void> => {
      for await (const item of splitLines(chunks)) expect(item).toBeNull()
    }
    await expect(all()).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('line 1') })
  })
})
