import { escapeHtml } from '#world/reply.ts'

import { isRoot, SLACK_CHANNELS } from './message-store.ts'
import type { SlackChannel, SlackMessage, SlackStore } from './message-store.ts'
import { renderMrkdwn } from './mrkdwn.ts'
import { renderBlock } from './render-block.ts'

const REFRESH_SECONDS = 3

/** The channel as its readers would see it: messages oldest first, their edits, reactions and threads. */
export function renderChannelPage(channel: SlackChannel, store: SlackStore): string {
  const messages = store.history(channel.id).toReversed()
  const tabs = SLACK_CHANNELS.map(({ id, name }) =>
    id === channel.id ? `<strong aria-current="page"># ${name}</strong>` : `<a href="/?channel=${name}"># ${name}</a>`,
  ).join('')
  const list = messages.length === 0 ? EMPTY : messages.map((message) => renderMessage(message, store)).join('')
  return `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title># ${channel.name} · sandbox chat</title><style>${STYLE}</style></head>
<body><header><nav aria-label="Channels">${tabs}</nav><p>A stand-in for Slack. Times are UTC; the page looks again every ${REFRESH_SECONDS} s.</p></header>
<main>${list}</main></body></html>`
}

const EMPTY = '<p class="empty">Nothing has been posted here yet. What Spillway says to this channel appears here.</p>'

function renderMessage(message: SlackMessage, store: SlackStore): string {
  const replies = isRoot(message)
    ? store.thread(message.channel, message.ts).filter((reply) => reply.ts !== message.ts)
    : []
  const thread =
    replies.length === 0
      ? ''
      : `<details open><summary>${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</summary>${replies.map((reply) => renderMessage(reply, store)).join('')}</details>`
  const note = !isRoot(message) && message.isBroadcast ? '<small>also sent to the channel</small>' : ''
  return `<article id="${message.ts}"><div class="who" aria-hidden="true">S</div><div>
<p class="by"><strong>Spillway</strong> <span class="app">app</span> ${renderTime(message.ts)}${note}</p>
${renderContent(message)}${renderEdits(message)}${renderReactions(message)}${thread}</div></article>`
}

function renderContent(message: SlackMessage): string {
  if (message.blocks.length > 0) return message.blocks.map(renderBlock).join('')
  return `<p>${renderMrkdwn(message.text)}</p>`
}

function renderEdits(message: SlackMessage): string {
  if (message.edits.length === 0) return ''
  const items = message.edits.map((edit) => `<li>${renderTime(edit.ts)} ${escapeHtml(edit.text)}</li>`).join('')
  return `<details class="edits"><summary>edited ${message.edits.length === 1 ? 'once' : `${message.edits.length} times`}</summary><ol>${items}</ol></details>`
}

function renderReactions(message: SlackMessage): string {
  if (message.reactions.length === 0) return ''
  return `<p class="reactions">${message.reactions.map((name) => `<span>:${escapeHtml(name)}: 1</span>`).join('')}</p>`
}

function renderTime(ts: string): string {
  const iso = new Date(Number(ts) * 1000).toISOString()
  return `<time datetime="${iso}" title="${iso}">${iso.slice(11, 19)}</time>`
}

const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1b1d1f;--quiet:#5c6166;--line:#d9d6cf;--soft:#f0eee8;--accent:#1f5fa8;--bad:#b3391b}
@media(prefers-color-scheme:dark){:root{--paper:#1c2024;--ink:#e9e6df;--quiet:#a3a8ad;--line:#3a4046;--soft:#262b30;--accent:#8fbdf0;--bad:#f08a6a}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 'IBM Plex Sans',system-ui,sans-serif;font-variant-numeric:tabular-nums}
header{position:sticky;top:0;background:var(--paper);border-bottom:1px solid var(--line);padding:12px max(16px,calc(50vw - 384px))}
header nav{display:flex;gap:24px;font-size:16px}header p{margin:2px 0 0;color:var(--quiet);font-size:12px}
a{color:var(--accent)}header a{text-decoration:none;color:var(--quiet)}
main{max-width:800px;margin:0 auto;padding:8px 16px 64px}
article{display:grid;grid-template-columns:36px 1fr;gap:12px;padding:12px 0}
.who{width:36px;height:36px;border-radius:6px;background:var(--ink);color:var(--paper);display:grid;place-items:center;font-weight:600}
p{margin:2px 0}.by{color:var(--quiet);font-size:13px}.by strong{color:var(--ink);font-size:15px}.by small{margin-left:8px}
.app{font-size:10px;padding:1px 4px;background:var(--soft);border-radius:3px;text-transform:uppercase;letter-spacing:.04em}
h3{font-size:18px;font-weight:600;margin:4px 0}hr{border:0;border-top:1px solid var(--line);margin:8px 0}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:4px 24px;margin:4px 0}
.context,.edits,.empty,.unknown{color:var(--quiet);font-size:13px}.unknown{border-left:3px solid var(--bad);padding-left:8px}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}
.button{border:1px solid var(--line);border-radius:4px;padding:5px 12px;font-weight:500;font-size:14px;text-decoration:none;color:var(--ink)}
.button.primary{background:var(--accent);border-color:var(--accent);color:var(--paper)}.button.danger{color:var(--bad);border-color:var(--bad)}
code,pre{font:13px/1.5 'IBM Plex Mono',ui-monospace,monospace;background:var(--soft);border-radius:3px;padding:1px 4px}
pre{padding:8px 12px;overflow:auto;margin:4px 0}mark{background:var(--soft);color:var(--accent)}
blockquote{border-left:3px solid var(--line);margin:2px 0;padding-left:10px;display:inline-block;width:100%}
details{margin:4px 0}details article{padding:8px 0 8px 8px;border-left:1px solid var(--line)}summary{cursor:pointer;color:var(--accent);font-size:13px}
.edits summary{color:var(--quiet)}.edits ol{margin:4px 0;padding-left:20px}.reactions span{border:1px solid var(--line);border-radius:10px;padding:0 8px;font-size:12px;margin-right:4px}
.shape{width:.85em;height:.85em;vertical-align:-.06em}.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.empty{text-align:center;padding:20vh 0}`
