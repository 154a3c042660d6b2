import { randomUUID } from 'node:crypto'

export interface ErrorReport {
  readonly dsn: string
  readonly environment: string
  readonly error: unknown
  readonly release?: string
}

/** Sends an error as an envelope, as a Sentry SDK does. Never throws: an error tracker that is away must not break its service. */
export async function reportToSentry(report: ErrorReport): Promise<void> {
  const { host, pathname, username } = new URL(report.dsn)
  const eventId = randomUUID().replaceAll('-', '')
  const [type, value] =
    report.error instanceof Error ? [report.error.name, report.error.message] : ['Error', String(report.error)]
  const event = {
    event_id: eventId,
    timestamp: Date.now() / 1000,
    platform: 'java',
    level: 'error',
    environment: report.environment,
    ...(report.release === undefined ? {} : { release: report.release }),
    exception: { values: [{ type, value: value.slice(0, 200) }] },
  }
  const lines = [{ event_id: eventId, dsn: report.dsn }, { type: 'event', content_type: 'application/json' }, event]
  await fetch(`http://${host}/api${pathname}/envelope/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-sentry-envelope',
      'x-sentry-auth': `Sentry sentry_version=7, sentry_key=${username}`,
    },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  }).catch(() => undefined)
}
