import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test.each([
  ['=cmd()', `"'=cmd()"`],
  ['+1', `"'+1"`],
  ['-900042', `"'-900042"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['  =1', `"'  =1"`],
  ['\t=1', `"'\t=1"`],
  ['＝1', `"'＝1"`],
  ['a "b", c', '"a ""b"", c"'],
  ['900042', '"900042"'],
])('%s is written as %s', (text, cell) => {
  expect(csvLine([text])).toBe(`${cell}\r\n`)
})

test('no text begins a formula or ends its line, and each can be read back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (texts) => {
      const line = csvLine(texts)
      const cells = [...line.matchAll(/"((?:[^"]|"")*)"/gu)].map(([, cell = '']) => cell.replaceAll('""', '"'))
      expect(cells).toHaveLength(texts.length)
      for (const [at, cell] of cells.entries()) {
        expect(cell).not.toMatch(/^[\s]*[=+\-@]/u)
        expect(cell.replace(/^'/u, '')).toBe(texts[at]?.replaceAll('\0', '').replace(/^'/u, ''))
      }
    }),
    { numRuns: 500 },
  )
})

test('what is not known is an empty cell, and a number is a number', () => {
  expect(csvLine([null, 3, ''])).toBe(',3,""\r\n')
})
