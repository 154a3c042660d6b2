import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ReaderProvider } from '#components/shell/reader.tsx'
import type { ServiceStage } from '#lib/views/overview/contract.ts'
import { ServiceStop } from './flow-stop.tsx'

const STAGE: ServiceStage = {
  kind: 'service',
  name: 'sync',
  truth: 'ok',
  word: '2 errors',
  sinceMs: null,
  errors: 2,
  asOfMs: 30_000,
  unknownSinceMs: null,
  isWatched: true,
}

function shown(stage: ServiceStage): string {
  return renderToStaticMarkup(
    <ReaderProvider timeZone="UTC" renderedMs={60_000}>
      <ServiceStop stage={stage} />
    </ReaderProvider>,
  )
}

test('errors of a service are shown as last known while Sentry is not seen', () => {
  expect(shown(STAGE)).not.toContain('last-known')
  expect(shown({ ...STAGE, truth: 'unknown', word: 'not seen', unknownSinceMs: 30_000 })).toContain('last-known')
})
