import type { FaultState } from '#world/faults.ts'
import { escapeHtml } from '#world/reply.ts'

import { CONTROL_STYLE } from './control-style.ts'
import type { ControlState } from './state.ts'

const MOST_CALLS = 24

/** The sandbox's own page: what it is, what is wrong with it on purpose, and what really happened. */
export function renderControlPage(state: ControlState): string {
  const sentence = sayState(state)
  return `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(sentence)} · sandbox</title><style>${CONTROL_STYLE}</style></head>
<body><main>
<p class="kicker">The sandbox</p>
<h1>${escapeHtml(sentence)}</h1>
<p class="note">A small running copy of the real system, on the real wire protocols. ${escapeHtml(state.note)}</p>
${renderLinks(state)}
<section aria-labelledby="faults"><h2 id="faults">What goes wrong</h2>
${renderStory(state)}<ul class="faults">${state.faults.map(renderFault).join('')}</ul></section>
<div class="columns">
<section aria-labelledby="record"><h2 id="record">What really happened</h2>${renderRecord(state)}</section>
<section aria-labelledby="calls"><h2 id="calls">Calls of the last minute</h2>${renderCalls(state)}</section>
</div></main>
<script>${REFRESH_SCRIPT}</script></body></html>`
}

/** Looks again every two seconds and puts the new page in place, unless somebody is on a button. */
const REFRESH_SCRIPT = `setInterval(async () => {
  if (document.activeElement && document.activeElement !== document.body) return
  try {
    const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html')
    document.querySelector('main').replaceWith(page.querySelector('main')); document.title = page.title
  } catch { document.title = 'The sandbox does not answer' }
}, 2000)`

function sayState(state: ControlState): string {
  const wrong = state.faults.filter((fault) => fault.isOn && fault.id !== 'no-dlq').length
  const people = state.without.length
  const faults =
    wrong === 0
      ? 'Nothing is broken on purpose'
      : wrong === 1
        ? 'One thing is broken on purpose'
        : `${wrong} things are broken on purpose`
  const without =
    people === 0
      ? 'everyone has their onboarding e-mail'
      : people === 1
        ? 'one person is without their onboarding e-mail'
        : `${people} people are without their onboarding e-mail`
  return `${faults}; ${without}.`
}

function link(url: string, text: string): string {
  return `<a href="${escapeHtml(url)}">${text}</a>`
}

function renderLinks({ endpoints }: ControlState): string {
  if (endpoints === null) return ''
  return `<nav aria-label="Other pages">${link(endpoints.slack, 'Slack channel')}${link(`${endpoints.oidc}/.well-known/openid-configuration`, 'Identity provider')}${link('/state', 'State as JSON')}${link('/record', 'Record as JSON')}</nav>`
}

function renderStory({ faults, story }: ControlState): string {
  const isOpen = faults.every(
    (fault) => !fault.isOn || (fault.id !== 'consumer-upgraded' && fault.id !== 'producer-adds-javatype'),
  )
  const other = story === 'consumer' ? 'producer' : 'consumer'
  const now =
    story === 'consumer'
      ? 'Messages carry JavaType from the start, and an old consumer ignores it.'
      : 'Messages carry no JavaType, and the consumer is the new one that would refuse it.'
  const button = isOpen
    ? `<form method="post" action="/story"><button name="story" value="${other}">Tell the ${other}’s story instead</button></form>`
    : ''
  return `<p class="story"><span>Healthy beginning: ${now}</span>${button}</p>`
}

function renderFault(fault: FaultState): string {
  const button =
    fault.refusal === null
      ? `<form method="post" action="/faults/${fault.id}"><button name="on" value="${!fault.isOn}" aria-label="${fault.isOn ? 'Switch off' : 'Switch on'}: ${escapeHtml(fault.title)}">${fault.isOn ? 'Switch off' : 'Switch on'}</button></form>`
      : ''
  const explanation = fault.refusal === null ? fault.explanation : `${fault.explanation} ${fault.refusal}`
  const mark = fault.isOn ? '<span class="mark on"><i></i>on</span>' : '<span class="mark"><i></i>off</span>'
  return `<li${fault.isOn ? ' class="on"' : ''}>${mark}<div><strong>${escapeHtml(fault.title)}</strong><p>${escapeHtml(explanation)}</p></div>${button}</li>`
}

function renderRecord(state: ControlState): string {
  const reasons = { failed: 'an e-mail failed', overdue: 'a planned e-mail is overdue', none: 'no e-mail exists' }
  const why = Object.entries(reasons).map(([reason, words]) =>
    row(words, state.without.filter((person) => person.reason === reason).length),
  )
  const outcomes = Object.entries(state.outcomes)
    .toSorted((a, b) => b[1] - a[1])
    .map(([status, count]) => row(status, count))
  return `<table><caption>People</caption>${row('profiles created', state.profiles)}${row('without their onboarding e-mail', state.without.length)}${row('of them without an address in the source system', state.withoutAddress)}${why.join('')}</table>
<table><caption>Onboarding e-mails by latest state</caption>${outcomes.join('') || '<tr><td>none yet</td></tr>'}</table>
<form method="post" action="/profiles"><button name="count" value="10">Create 10 profiles</button></form>`
}

function renderCalls({ recentCalls }: ControlState): string {
  const shown = [...recentCalls].toSorted((a, b) => b.count - a.count).slice(0, MOST_CALLS)
  if (shown.length === 0) return '<p class="note">Nobody has called in the last minute.</p>'
  const rows = shown.map(
    ({ caller, count, operation }) =>
      `<tr><td>${escapeHtml(caller)}</td><td class="mono">${escapeHtml(operation)}</td><td>${figure(count)}</td></tr>`,
  )
  const rest = recentCalls.length - shown.length
  return `<table><tr><th>Caller</th><th>Operation</th><th>Calls</th></tr>${rows.join('')}</table>${rest > 0 ? `<p class="note">and ${rest} more kinds</p>` : ''}`
}

function row(label: string, count: number): string {
  return `<tr><td>${escapeHtml(label)}</td><td>${figure(count)}</td></tr>`
}

/** Thousands apart by a thin space. */
function figure(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, '\u2009')
}
