/** Ink on paper by day, chalk on slate by night; a fault that is on is told by a filled diamond and a word before its colour. */
export const CONTROL_STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1b1d1f;--quiet:#5c6166;--line:#d9d6cf;--accent:#1f5fa8;--bad:#b3391b}
@media(prefers-color-scheme:dark){:root{--paper:#1c2024;--ink:#e9e6df;--quiet:#a3a8ad;--line:#3a4046;--accent:#8fbdf0;--bad:#f08a6a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 'IBM Plex Sans',system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1040px;margin:0 auto;padding:40px 24px 80px}
.kicker{margin:0;color:var(--quiet);font-size:14px}
h1{font-size:clamp(28px,4vw,40px);line-height:1.2;font-weight:500;margin:0 0 12px;text-wrap:balance}
h2{font-size:20px;font-weight:500;margin:40px 0 8px}
p{margin:0}.note{color:var(--quiet);max-width:70ch}
a{color:var(--accent)}nav{display:flex;flex-wrap:wrap;gap:8px 24px;margin-top:16px}
.story{display:flex;flex-wrap:wrap;gap:8px 16px;justify-content:space-between;align-items:center;color:var(--quiet);padding-bottom:8px}
.faults{list-style:none;margin:0;padding:0;border-bottom:1px solid var(--line)}
.faults li{display:grid;grid-template-columns:56px 1fr auto;gap:16px;align-items:start;padding:10px 0;border-top:1px solid var(--line)}
.faults strong{font-weight:500}.faults p{color:var(--quiet);font-size:14px;max-width:72ch}
.mark{display:inline-flex;align-items:center;gap:8px;color:var(--quiet);font-size:14px;line-height:24px}
.mark i{width:6px;height:6px;border-radius:50%;background:currentColor;margin:0 3px}
.mark.on{color:var(--bad);font-weight:600}.mark.on i{width:10px;height:10px;border-radius:0;transform:rotate(45deg);margin:0 1px}
button{font:inherit;font-size:14px;min-height:32px;padding:4px 12px;border:1px solid var(--line);border-radius:4px;background:none;color:var(--accent);cursor:pointer;white-space:nowrap}
button:hover{border-color:var(--accent)}button:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:0 56px}
table{width:100%;border-collapse:collapse;margin-bottom:16px;font-size:14px}
caption,th{text-align:left;color:var(--quiet);font-weight:400;font-size:12px;padding:4px 0}
td{border-top:1px solid var(--line);padding:5px 0;height:32px}td:last-child,th:last-child{text-align:right}
.mono{font-family:'IBM Plex Mono',ui-monospace,monospace;font-size:13px}
@media(pointer:coarse){button{min-height:40px}}
@media(max-width:560px){.faults li{grid-template-columns:1fr auto}.faults li>div{grid-column:1/-1;grid-row:2}}`
