import { escapeHtml } from '#world/reply.ts'

/** Slack's mrkdwn as HTML: bold, italic, strike, code, links, quotes and dates; everything else is text. */
export function renderMrkdwn(text: string): string {
  const held: string[] = []
  const hold = (html: string): string => `\u0000${held.push(html) - 1}\u0000`
  // Slack wants &, < and > escaped by the sender, so what is left in angle brackets is markup.
  const withoutMarkup = text
    .replaceAll(/```([\s\S]+?)```/g, (_, code: string) => hold(`<pre>${unescapeThenEscape(code)}</pre>`))
    .replaceAll(/`([^`\n]+)`/g, (_, code: string) => hold(`<code>${unescapeThenEscape(code)}</code>`))
    .replaceAll(/<!date\^(\d+)\^[^|>]*\|([^>]*)>/g, (_, seconds: string, fallback: string) =>
      hold(renderDate(Number(seconds), fallback)),
    )
    .replaceAll(/<!(here|channel|everyone)[^>]*>/g, (_, name: string) => hold(`<mark>@${name}</mark>`))
    .replaceAll(/<([@#])([^|>]+)(?:\|([^>]*))?>/g, (_, sign: string, id: string, label?: string) =>
      hold(`<mark>${sign}${escapeHtml(label ?? id)}</mark>`),
    )
    .replaceAll(/<(https?:[^|>]+)(?:\|([^>]*))?>/g, (_, url: string, label?: string) =>
      hold(`<a href="${unescapeThenEscape(url)}" rel="noreferrer">${unescapeThenEscape(label ?? url)}</a>`),
    )
  const html = unescapeThenEscape(withoutMarkup.replaceAll(/[◆●▨⊘◔]/g, (shape) => hold(renderShape(shape))))
    .replaceAll(/(^|[\s(>_~])\*(?! )([^*\n]*[^*\s])\*(?=[\s).,:;!?_~]|$)/gm, '$1<strong>$2</strong>')
    .replaceAll(/(^|[\s(>*~])_(?! )([^_\n]*[^_\s])_(?=[\s).,:;!?*~]|$)/gm, '$1<em>$2</em>')
    .replaceAll(/(^|[\s(>*_])~(?! )([^~\n]*[^~\s])~(?=[\s).,:;!?*_]|$)/gm, '$1<s>$2</s>')
    .replaceAll(/^&gt; ?(.*)$/gm, '<blockquote>$1</blockquote>')
    .replaceAll('\n', '<br>')
  // oxlint-disable-next-line no-control-regex -- a character that no message holds marks the places of finished HTML
  return html.replaceAll(/\u0000(\d+)\u0000/g, (_, index: string) => held[Number(index)] ?? '')
}

const SHAPES: Readonly<Record<string, string>> = {
  '◆': '<path d="M8 1 15 8 8 15 1 8Z" fill="currentColor"/>',
  '●': '<circle cx="8" cy="8" r="6" fill="currentColor"/>',
  '▨': '<path d="M2 2h12v12H2ZM2 8l6-6M2 14 14 2M8 14l6-6" fill="none" stroke="currentColor" stroke-width="1.2"/>',
  '⊘': '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M4 12 12 4" stroke="currentColor" stroke-width="1.5"/>',
  '◔': '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 8V2a6 6 0 0 1 6 6Z" fill="currentColor"/>',
}

/** A shape as Slack's own fonts draw it: the fonts of this machine may have none. The character itself stays for readers of text. */
function renderShape(shape: string): string {
  return `<svg class="shape" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[shape] ?? ''}</svg><span class="said">${shape}</span>`
}

function renderDate(seconds: number, fallback: string): string {
  const iso = new Date(seconds * 1000).toISOString()
  return `<time datetime="${iso}" title="${iso}">${escapeHtml(fallback)}</time>`
}

function unescapeThenEscape(text: string): string {
  return escapeHtml(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))
}
