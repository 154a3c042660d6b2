import { expect, test } from 'vitest'
import { progressLine } from './import-progress.ts'

const facts = { read: 12_000, bytesRead: 250, bytesTotal: 1_000, elapsedMs: 3_000 }

test('a file of known size has a bar and how long is left', () => {
  expect(progressLine(facts)).toBe('[######..................] 25 %  12,000 read, 4,000 a second, about 9 s left')
  expect(progressLine({ ...facts, bytesRead: 1_000 })).toBe(
    '[########################] 100 %  12,000 read, 4,000 a second',
  )
})

test('standard input and an empty file say how many and how fast', () => {
  expect(progressLine({ ...facts, bytesTotal: null })).toBe('12,000 read, 4,000 a second')
  expect(progressLine({ ...facts, read: 0, bytesTotal: 0 })).toBe('0 read, 0 a second')
})
