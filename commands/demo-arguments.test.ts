import { describe, expect, test } from 'vitest'
import { parseDemoArguments } from './demo-arguments.ts'

describe('the command line of npm run demo', () => {
  test.each([
    { args: [], order: { port: 3_000, isCalm: false, afterSeconds: 60, speed: null } },
    {
      args: ['--port', '8080', '--after', '0', '--speed', '0.5', '--calm'],
      order: { port: 8_080, isCalm: true, afterSeconds: 0, speed: 0.5 },
    },
  ])('$args', ({ args, order }) => {
    expect(parseDemoArguments(args)).toEqual(order)
  })

  test.each([
    ...['0', '65536', 'http', '', '80.5'].map((port) => ({ args: [`--port=${port}`], words: '--port: ' })),
    ...['soon', '', '-1', '86401', 'NaN'].map((after) => ({ args: [`--after=${after}`], words: '--after: ' })),
    ...['0', '0.0', 'fast', '', 'Infinity'].map((speed) => ({ args: [`--speed=${speed}`], words: '--speed: ' })),
    { args: ['--fast'], words: 'usage: npm run demo' },
    { args: ['3000'], words: 'usage: npm run demo' },
  ])('refuses $args and says why', ({ args, words }) => {
    const order = parseDemoArguments(args)
    expect('problem' in order ? order.problem : '').toContain(words)
  })
})
