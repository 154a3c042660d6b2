import { expect, test } from 'vitest'
import { OVERSCAN, visibleRows } from './visible-rows.ts'

const sight = { screenPx: 900, rowPx: 32, count: 2000 }

test('at the top the first screen and some more is drawn', () => {
  const { from, to } = visibleRows({ ...sight, topPx: 300 })
  expect(from).toBe(0)
  expect(to).toBeGreaterThanOrEqual(19 + OVERSCAN)
  expect(to).toBeLessThan(120)
})

test('every row on the screen is among those drawn, wherever one scrolls', () => {
  for (let topPx = 300; topPx > -64_000; topPx -= 777) {
    const { from, to } = visibleRows({ ...sight, topPx })
    const firstSeen = Math.max(0, Math.floor(-topPx / 32))
    const lastSeen = Math.min(2000, Math.ceil((900 - topPx) / 32))
    expect(from).toBeLessThanOrEqual(firstSeen)
    expect(to).toBeGreaterThanOrEqual(lastSeen)
    expect(to - from).toBeLessThan(180)
  }
})

test('a short list is drawn whole', () => {
  expect(visibleRows({ ...sight, count: 12, topPx: 100 })).toEqual({ from: 0, to: 12 })
})
