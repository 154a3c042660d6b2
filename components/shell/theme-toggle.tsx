'use client'
import { nextTheme, THEME_COOKIE, themeOf } from './theme.ts'
import { setCookie } from './set-cookie.ts'

function toggle(): void {
  const root = document.documentElement
  const next = nextTheme(themeOf(root.dataset.theme), matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = next
  setCookie(THEME_COOKIE, next === 'system' ? null : next)
}

/** Day and night. The choice is kept in a cookie, so that the next page is rendered in it. */
export function ThemeToggle() {
  return (
    <button
      type="button"
      onClick={toggle}
      className="grid size-8 place-items-center text-soft hover:text-ink"
      title="Day or night"
    >
      <span className="sr-only">Switch between day and night</span>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 1.75a6.25 6.25 0 0 1 0 12.5Z" fill="currentColor" />
      </svg>
    </button>
  )
}
