import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { QueueCells } from '#components/queues/queue-cells.tsx'
import { Figure } from './figure.tsx'

test('what is not known is a dash and no zero, what was last known is said to be so', () => {
  expect(renderToStaticMarkup(<Figure value={null} />)).toContain('not known')
  expect(renderToStaticMarkup(<Figure value={0} />)).not.toContain('last known')
  expect(renderToStaticMarkup(<Figure value={0} unknownSinceMs={0} />)).toContain('last known')
})

test('the age of the oldest message is as old as the other figures of CloudWatch', () => {
  const row = {
    name: 'orders',
    label: 'orders',
    truth: 'ok',
    word: 'quiet',
    visible: 1,
    inFlight: 0,
    delayed: 0,
    depthUnknownSinceMs: null,
    sent: null,
    deleted: null,
    received: null,
    oldestAgeSeconds: 600,
    isFifo: false,
    dlq: null,
    service: null,
    deadLetterOf: [],
  } as const
  const shown = (flowUnknownSinceMs: number | null): string =>
    renderToStaticMarkup(<QueueCells row={{ ...row, flowUnknownSinceMs }} spark={[]} isUnder={false} />)
  expect(shown(null)).toMatch(/10 min<\/td>/)
  expect(shown(0)).toMatch(/10 min<span class="sr-only"> last known/)
})
