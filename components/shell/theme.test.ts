import { expect, test } from 'vitest'
import { nextTheme, themeOf } from './theme.ts'

test('a cookie that holds something else follows the device', () => {
  expect(themeOf('neon')).toBe('system')
  expect(themeOf(undefined)).toBe('system')
  expect(themeOf('night')).toBe('night')
})

test('every press changes what is seen, and two presses come back to the device', () => {
  for (const isDeviceDark of [true, false]) {
    const once = nextTheme('system', isDeviceDark)
    expect(once).toBe(isDeviceDark ? 'day' : 'night')
    expect(nextTheme(once, isDeviceDark)).toBe('system')
  }
})
