import { expect, test } from 'vitest'
import { issuesLink, traceIdOf, traceLink } from './sentry-links.ts'

const SENTRY = { url: 'https://sentry.example.org', org: 'hee' }
const TRACE = '5759e988bd862e3fe1be46a994272793'

test.each([
  [[{ name: 'traceparent', value: `00-${TRACE}-53995c3f42cd8ad8-01` }], null, TRACE],
  [[{ name: 'sentry-trace', value: `${TRACE}-53995c3f42cd8ad8-1` }], null, TRACE],
  [[], 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1', TRACE],
  [[{ name: 'traceparent', value: '00-00000000000000000000000000000000-0-00' }], null, null],
  [[{ name: 'traceparent', value: null }], 'Self=1', null],
])('%o with the header %s belongs to the trace %s', (attributes, header, id) => {
  expect(traceIdOf(attributes, header)).toBe(id)
})

test('leads to the issues of a service in a stretch of time, and to those of a trace', () => {
  const query = { project: 'tis-trainee-sync', environment: 'prod', fromMs: 0, toMs: 60_000 }
  expect(issuesLink(SENTRY, query)).toBe(
    'https://sentry.example.org/organizations/hee/issues/?query=project%3Atis-trainee-sync&environment=prod&start=1970-01-01T00%3A00%3A00&end=1970-01-01T00%3A01%3A00&utc=true',
  )
  expect(traceLink(SENTRY, TRACE)).toBe(`https://sentry.example.org/organizations/hee/issues/?query=trace%3A${TRACE}`)
})
