import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ReaderProvider } from '#components/shell/reader.tsx'
import type { AlarmRow } from '#lib/views/queue/contract.ts'
import { AlarmList } from './alarm-list.tsx'

const ALARM: AlarmRow = {
  name: 'age-too-high',
  state: 'ok',
  reason: 'Threshold crossed.',
  sinceMs: 0,
  hasAction: true,
  missingData: 'missing',
}

function shown(alarms: readonly AlarmRow[], alarmsUnknown: string | null): string {
  return renderToStaticMarkup(
    <ReaderProvider timeZone="UTC" renderedMs={60_000}>
      <AlarmList alarms={alarms} alarmsUnknown={alarmsUnknown} />
    </ReaderProvider>,
  )
}

test('an alarm is well, and its lack is said, while alarms are read', () => {
  expect(shown([ALARM], null)).toContain('data-truth="ok"')
  expect(shown([], null)).toContain('No CloudWatch alarm looks at this queue.')
})

test('while alarms are not read, none is well and none is said to be missing', () => {
  const why = 'CloudWatch was not reachable.'
  expect(shown([ALARM], why)).toContain('data-truth="unknown"')
  expect(shown([ALARM], why)).toContain('OK when last seen')
  expect(shown([{ ...ALARM, state: 'alarm' }], why)).toContain('data-truth="bad"')
  expect(shown([], why)).toContain(`Not known. ${why}`)
})
