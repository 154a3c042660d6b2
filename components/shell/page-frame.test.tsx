import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { PageFrame } from './page-frame.tsx'
import { ReaderProvider } from './reader.tsx'

const SATURDAY_MS = Date.UTC(2026, 10, 21, 14, 20)
const LOST_MS = Date.UTC(2026, 10, 21, 14, 21)

test.each([
  ['the same day', Date.UTC(2026, 10, 21, 15, 0), 'since 14:21;'],
  ['two days later', Date.UTC(2026, 10, 23, 9, 0), 'since 21 Nov 14:21;'],
])('a page that lost the server says since when by the clock of today: %s', (_, nowMs, told) => {
  const html = renderToStaticMarkup(
    <ReaderProvider timeZone="UTC" renderedMs={nowMs}>
      <PageFrame
        base={{ nowMs: SATURDAY_MS, headline: { truth: 'ok', text: 'All is well.', short: 'well' }, blind: [] }}
        loss={{ kind: 'lost', sinceMs: LOST_MS }}
        place="Overview"
      >
        figures
      </PageFrame>
    </ReaderProvider>,
  )
  expect(html.replaceAll(/<[^>]+>/g, '')).toContain(told)
})
