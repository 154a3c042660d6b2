import { describe, expect, test } from 'vitest'
import { addEpisodePoint, NO_EPISODES, type Episodes } from './episode-rarity.ts'

const EVERY_MS = 300_000
const START_MS = Date.UTC(2026, 0, 5)
const A_DAY = 288

function feed(points: number, strengthAt: (index: number) => number): { episodes: Episodes; alarms: number[] } {
  let episodes = NO_EPISODES
  const alarms: number[] = []
  for (let index = 0; index < points; index += 1) {
    const next = addEpisodePoint(episodes, START_MS + index * EVERY_MS, strengthAt(index))
    episodes = next.episodes
    if (next.score >= 0.5) alarms.push(index)
  }
  return { episodes, alarms }
}

const scoreAfter = (episodes: Episodes, index: number, strength: number): number =>
  addEpisodePoint(episodes, START_MS + index * EVERY_MS, strength).score

describe('how rare an episode is', () => {
  test('what never came before is an alarm, and the more so the stronger', () => {
    const { episodes } = feed(10 * A_DAY, () => 0.5)
    expect(scoreAfter(episodes, 10 * A_DAY, 8)).toBeGreaterThan(0.5)
    expect(scoreAfter(episodes, 10 * A_DAY, 20)).toBeGreaterThan(scoreAfter(episodes, 10 * A_DAY, 8))
    expect(scoreAfter(episodes, 10 * A_DAY, 1)).toBe(0)
  })

  test('what comes every day at the same time is none, but is one at another time', () => {
    const { episodes, alarms } = feed(10 * A_DAY, (index) => (index % A_DAY === 100 ? 8 : 0.5))
    expect(alarms.filter((index) => index > 5 * A_DAY)).toEqual([])
    expect(scoreAfter(episodes, 10 * A_DAY + 100, 8)).toBeLessThan(0.5)
    expect(scoreAfter(episodes, 10 * A_DAY + 100, 30)).toBeGreaterThan(0.5)
    expect(scoreAfter(episodes, 10 * A_DAY + 200, 8)).toBeGreaterThan(scoreAfter(episodes, 10 * A_DAY + 100, 8))
  })

  test('after an alarm only what is clearly worse is told for a hundred points', () => {
    const alarmAt = 10 * A_DAY
    const { alarms } = feed(alarmAt + 150, (index) => {
      if (index < alarmAt) return 0.5
      return index === alarmAt + 50 ? 40 : 10
    })
    expect(alarms[0]).toBe(alarmAt)
    expect(alarms).toContain(alarmAt + 50)
    expect(alarms.filter((index) => index < alarmAt + 150)).toEqual([alarmAt, alarmAt + 50])
  })

  test('does not grow with the length of the past', () => {
    const { episodes } = feed(200 * A_DAY, (index) => 0.5 + (index % 7))
    expect(episodes.strengths).toHaveLength(100)
    expect(episodes.times).toHaveLength(100)
  })
})
