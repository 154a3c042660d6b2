import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Sparkline } from './sparkline.tsx'

const pathOf = (values: readonly (number | null)[]): string =>
  /<path d="([^"]*)" fill="none"/.exec(renderToStaticMarkup(<Sparkline values={values} label="Waiting" />))?.[1] ?? ''

test('a level stretch is drawn by its ends alone, and bends and holes stay', () => {
  expect(pathOf(Array.from({ length: 60 }, () => 0))).toBe('M0.0 18.5L96.0 18.5')
  expect(pathOf([0, 0, 0, 4, 0])).toBe('M0.0 18.5L48.0 18.5L72.0 1.5L96.0 18.5')
  expect(pathOf([0, 0, null, 0, 0])).toBe('M0.0 18.5L24.0 18.5M72.0 18.5L96.0 18.5')
})
