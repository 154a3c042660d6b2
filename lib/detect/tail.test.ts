import { describe, expect, test } from 'vitest'
import { addToSpread, EMPTY_SPREAD, rarityOf, type Spread } from './tail.ts'

const learn = (values: readonly number[], from: Spread = EMPTY_SPREAD): Spread =>
  values.reduce((spread, value) => addToSpread(spread, value, true), from)

const ordinary = Array.from({ length: 1000 }, (_, index) => 100 + ((index * 37) % 21) - 10)

describe('a tail', () => {
  test('calls what was often seen ordinary and what is larger rarer the larger it is', () => {
    const spread = learn(ordinary)
    const rarities = [102, 95, 109, 130, 160, 300].map((value) => rarityOf(spread, value, 0.1))
    expect(rarities.slice(0, 3)).toEqual([0, 0, 0])
    expect(rarities[3]).toBeGreaterThan(1)
    expect(rarities[4]).toBeGreaterThan(rarities[3] ?? 0)
    expect(rarities[5]).toBeGreaterThan(rarities[4] ?? 0)
  })

  test('knows each side by itself', () => {
    const spread = learn(ordinary.map((value, index) => (index % 100 === 0 ? 200 : value)))
    expect(rarityOf(spread, 200, 0.1)).toBeLessThan(3.1)
    expect(rarityOf(spread, 0, 0.1)).toBeGreaterThan(rarityOf(spread, 200, 0.1) + 1)
  })

  test('says nothing before it has seen forty values', () => {
    expect(rarityOf(learn(ordinary.slice(0, 40)), 1e6, 0.1)).toBe(0)
    expect(rarityOf(learn(ordinary.slice(0, 60)), 1e6, 0.1)).toBeGreaterThan(3)
  })

  test('does not take a difference below the floor for anything', () => {
    const flat = learn(Array.from({ length: 500 }, () => 50))
    expect(rarityOf(flat, 50.01, 1)).toBeLessThan(2.1)
    expect(rarityOf(flat, 90, 1)).toBeGreaterThan(4)
  })

  test('forgets in time what was extreme, and its middle follows a new level', () => {
    const once = learn([...ordinary, 5000])
    const later = learn(
      Array.from({ length: 120_000 }, (_, index) => 200 + ((index * 37) % 21) - 10),
      once,
    )
    expect(later.middle).toBeGreaterThan(195)
    expect(later.middle).toBeLessThan(205)
    expect(rarityOf(later, 400, 0.1)).toBeGreaterThan(4)
    expect(later.counted).toBeLessThan(20_000)
  })
})
