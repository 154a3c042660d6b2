/** Cookie with the theme that the reader chose. */
export const THEME_COOKIE = 'theme'

/** `day` and `night` are choices; `system` follows the reader's device. */
export const THEMES = ['system', 'day', 'night'] as const
export type Theme = (typeof THEMES)[number]

/** The theme of a cookie's value; anything else is `system`. */
export function themeOf(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system'
}

/** What one press of the toggle leads to: the opposite of what is seen, and back to the device where that is the same. */
export function nextTheme(theme: Theme, isDeviceDark: boolean): Theme {
  const isNight = theme === 'system' ? isDeviceDark : theme === 'night'
  if (isNight) return isDeviceDark ? 'day' : 'system'
  return isDeviceDark ? 'system' : 'night'
}
