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
  const html = unescapeThenEscape(withoutMarkup)
    .replaceAll(/(^|[\s(>_~])\*(?! )([^*\n]*[^*\s])\*(?=[\s).,:;!?_~]|$)/gm, '$1<strong>$2</strong>')
    .replaceAll(/(^|[\s(>*~])_(?! )([^_\n]*[^_\s])_(?=[\s).,:;!?*~]|$)/gm, '$1<em>$2</em>')
    .replaceAll(/(^|[\s(>*_])~(?! )([^~\n]*[^~\s])~(?=[\s).,:;!?*_]|$)/gm, '$1<s>$2</s>')
    .replaceAll(/^&gt; ?(.*)$/gm, '<blockquote>$1</blockquote>')
    .replaceAll('\n', '<br>')
  // oxlint-disable-next-line no-control-regex -- a character that no message holds marks the places of finished HTML
  return html.replaceAll(/\u0000(\d+)\u0000/g, (_, index: string) => held[Number(index)] ?? '')
}

function renderDate(seconds: number, fallback: string): string {
  const iso = new Date(seconds * 1000).toISOString()
  return `<time datetime="${iso}" title="${iso}">${escapeHtml(fallback)}</time>`
}

function unescapeThenEscape(text: string): string {
  return escapeHtml(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))
}
