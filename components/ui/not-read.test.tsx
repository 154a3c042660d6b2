import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ReaderProvider } from '#components/shell/reader.tsx'
import { BlindSources } from './blind-sources.tsx'
import { SourceTable } from '#components/settings/source-table.tsx'
import type { SourceStatus } from '#lib/views/shared.ts'
import { NeedsAHand } from '#components/overview/needs-a-hand.tsx'
import { SourcesLine } from '#components/overview/sources-line.tsx'

const UNREAD: SourceStatus = {
  id: 'sqs',
  title: 'SQS',
  state: 'not-read',
  sinceMs: 30_000,
  lastOkMs: 30_000,
  message: 'No process of Spillway reads: start one.',
  parts: [],
  everySeconds: 10,
}
const SENTRY: SourceStatus = { ...UNREAD, id: 'sentry', title: 'Sentry', sinceMs: 20_000 }
const METRICS: SourceStatus = {
  ...UNREAD,
  id: 'cloudwatch-metrics',
  title: 'CloudWatch metrics',
  state: 'failing',
  message: 'It answers 503.',
}

function shown(content: React.ReactNode): string {
  return renderToStaticMarkup(
    <ReaderProvider timeZone="UTC" renderedMs={60_000}>
      {content}
    </ReaderProvider>,
  )
}

test.each([
  ['the list of what needs a hand', <NeedsAHand key="a" findings={[]} blind={[UNREAD, SENTRY, METRICS]} />],
  ['the list of what a page cannot see', <BlindSources key="b" blind={[UNREAD, SENTRY, METRICS]} />],
])(
  '%s names Spillway once for all that it does not read, and says of none of it that it does not answer',
  (_, list) => {
    const html = shown(list)
    expect(html.split('Spillway itself has not read SQS and Sentry')).toHaveLength(2)
    expect(html.split('No process of Spillway reads')).toHaveLength(2)
    expect(html.split('does not answer')).toHaveLength(2)
    expect(html).toContain('CloudWatch metrics: does not answer')
    expect(html.split('<li')).toHaveLength(3)
  },
)

test('the table of sources says once what to do where Spillway reads none of them', () => {
  const html = shown(<SourceTable sources={[UNREAD, SENTRY].map((each) => ({ ...each, teaches: 'Set X.' }))} />)
  expect(html.split('Spillway itself has not read SQS and Sentry.')).toHaveLength(2)
  expect(html.split('No process of Spillway reads')).toHaveLength(2)
  expect(html.split('not read <span>since')).toHaveLength(3)
  expect(html).not.toContain('Set X.')
})

test('a finding about a source does not hide that Spillway does not read', () => {
  const finding = {
    id: 1,
    detector: 'source-silent',
    truth: 'unknown',
    title: 'We cannot see SQS: access was denied',
    sinceMs: 1,
    openedMs: 1,
    href: null,
    incident: null,
    evidence: { source: 'sqs' },
  } as const
  expect(shown(<NeedsAHand findings={[finding]} blind={[UNREAD]} />)).toContain('Spillway itself has not read SQS')
})

test('the line of sources says that one is not read, and since when', () => {
  const html = shown(<SourcesLine sources={[UNREAD, METRICS]} />)
  expect(html).toMatch(/>SQS<\/span>.*not read since/)
  expect(html).toMatch(/>CloudWatch metrics<\/span>.*does not answer since/)
})
