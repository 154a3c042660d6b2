import type { Truth } from '#lib/domain/truth.ts'

const SHAPES: Readonly<Record<Truth, string>> = {
  ok: '<circle cx="16" cy="16" r="8" class="i"/>',
  bad: '<path d="M16 1 31 16 16 31 1 16Z" fill="#d63c14"/>',
  unknown: '<path d="M4 4h24v24H4ZM4 14 14 4M4 26 26 4M16 28 28 16" class="l"/>',
  muted: '<g class="l"><circle cx="16" cy="16" r="11"/><path d="M6 26 26 6"/></g>',
  healing:
    '<g fill="none" stroke="#c98a12" stroke-width="7"><circle cx="16" cy="16" r="11" stroke-opacity=".35"/><path d="M16 5a11 11 0 0 1 0 22"/></g>',
}

const GLYPHS: Readonly<Record<Truth, string>> = { ok: '●', bad: '◆', unknown: '▨', muted: '⊘', healing: '◑' }

const STYLE =
  '<style>.i{fill:#1b2329}.l{fill:none;stroke:#56616a;stroke-width:3}@media(prefers-color-scheme:dark){.i{fill:#e6e7e1}.l{stroke:#a7b1b6}}</style>'

/** The favicon of a state as an address that holds its own picture: the same shape as on the page. */
export function stateIcon(truth: Truth): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${STYLE}${SHAPES[truth]}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

/** `◆ 37 without e-mail · TIS`: the state's shape, the sentence in short, and whose page it is. */
export function stateTitle(truth: Truth, short: string, place: string): string {
  return `${GLYPHS[truth]} ${short} · ${place}`
}
