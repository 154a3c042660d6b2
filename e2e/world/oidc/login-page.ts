import { escapeHtml } from '#world/reply.ts'

import { PEOPLE } from './people.ts'
import type { SandboxPerson } from './people.ts'

/** The whole sign-in of the sandbox: one button a person, no password, since it listens on this machine only. */
export function renderLoginPage(actionUrl: string): string {
  return `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Sign in · sandbox</title><style>${STYLE}</style></head>
<body><main><h1>Who are you today?</h1>
<p>This is the sandbox's identity provider. Its people are invented, and a click is enough.</p>
<form method="post" action="${escapeHtml(actionUrl)}">${PEOPLE.map(renderPerson).join('')}</form>
</main></body></html>`
}

function renderPerson(person: SandboxPerson): string {
  const role = person.roles.join(', ') || 'no role'
  return `<button name="person" value="${person.id}"><strong>${escapeHtml(person.name)}</strong>
<em>${escapeHtml(role)}</em><span>${escapeHtml(person.about)}</span></button>`
}

const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1b1d1f;--quiet:#5c6166;--line:#d9d6cf;--accent:#1f5fa8}
@media(prefers-color-scheme:dark){:root{--paper:#1c2024;--ink:#e9e6df;--quiet:#a3a8ad;--line:#3a4046;--accent:#8fbdf0}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 'IBM Plex Sans',system-ui,sans-serif}
main{max-width:34rem;margin:12vh auto 4rem;padding:0 1.5rem}
h1{font-size:28px;font-weight:500;margin:0 0 .5rem}p{color:var(--quiet);margin:0 0 2rem}
button{display:grid;grid-template-columns:1fr auto;gap:2px 16px;width:100%;text-align:left;padding:12px 4px;min-height:44px;border:0;
border-top:1px solid var(--line);background:none;color:inherit;font:inherit;cursor:pointer}
button:last-child{border-bottom:1px solid var(--line)}
button strong{font-weight:500;color:var(--accent)}button em{font-style:normal;color:var(--quiet)}
button span{grid-column:1/-1;color:var(--quiet);font-size:14px}
button:hover strong{text-decoration:underline}button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}`
