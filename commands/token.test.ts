import { expect, test } from 'vitest'
import { renderTokenAnswer } from './render-token-answer.ts'
import { parseTokenArguments } from './token-arguments.ts'

test('the four forms are understood and nothing else', () => {
  expect(parseTokenArguments(['wall', 'Kitchen screen'])).toEqual({
    do: 'create',
    purpose: 'wall',
    name: 'Kitchen screen',
  })
  expect(parseTokenArguments(['ingest', ' Pipeline '])).toEqual({ do: 'create', purpose: 'ingest', name: 'Pipeline' })
  expect(parseTokenArguments(['wall'])).toEqual({ do: 'create', purpose: 'wall', name: 'Wallboard' })
  expect(parseTokenArguments(['list'])).toEqual({ do: 'list' })
  expect(parseTokenArguments(['revoke', 'ab12'])).toEqual({ do: 'revoke', id: 'ab12' })
  const wrong = [[], ['wall', ''], ['wall', 'Kitchen', 'screen'], ['list', 'x'], ['revoke'], ['admin', 'x']]
  expect(wrong.map(parseTokenArguments)).toEqual(wrong.map(() => null))
})

test('a wall is told its address, a sender its header', () => {
  const made = { did: 'create', id: 'ab12', secret: 'spw_x' } as const
  const wall = renderTokenAnswer({ do: 'create', purpose: 'wall', name: 'x' }, made, 'https://spillway.example')
  expect(wall).toContain('https://spillway.example/wall?token=spw_x')
  const ingest = renderTokenAnswer({ do: 'create', purpose: 'ingest', name: 'x' }, made, 'https://spillway.example')
  expect(ingest).toContain('Authorization: Bearer spw_x')
})

test('the list is a table, one token a line', () => {
  const base = { purpose: 'wall', createdMs: Date.UTC(2026, 0, 5, 9, 30), lastUsedMs: null }
  const tokens = [
    { ...base, id: 'ab12', name: 'Kitchen screen', isRevoked: false },
    { ...base, id: 'cd34', name: 'Hall', isRevoked: true, lastUsedMs: Date.UTC(2026, 0, 6, 8) },
  ]
  expect(renderTokenAnswer({ do: 'list' }, { did: 'list', tokens }, 'http://x').split('\n')).toEqual([
    'id    purpose  name            made               last used          state',
    'ab12  wall     Kitchen screen  2026-01-05 09:30Z  never              counts',
    'cd34  wall     Hall            2026-01-05 09:30Z  2026-01-06 08:00Z  revoked',
  ])
})
