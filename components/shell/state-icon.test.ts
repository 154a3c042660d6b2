import { expect, test } from 'vitest'
import { TRUTHS } from '#lib/domain/truth.ts'
import { stateIcon, stateTitle } from './state-icon.ts'

test('every state has a picture of its own', () => {
  const icons = TRUTHS.map((truth) => stateIcon(truth))
  expect(new Set(icons).size).toBe(TRUTHS.length)
  for (const icon of icons) expect(decodeURIComponent(icon)).toMatch(/^data:image\/svg\+xml,<svg .*<\/svg>$/)
})

test('the title opens with the shape, so that a tab tells it in two characters', () => {
  expect(stateTitle('bad', '37 without e-mail', 'TIS')).toBe('◆ 37 without e-mail · TIS')
  expect(new Set(TRUTHS.map((truth) => stateTitle(truth, 'x', 'y'))).size).toBe(TRUTHS.length)
})
