/** Where Sentry shows its issues. */
export interface SentryPlace {
  readonly url: string
  readonly org: string
}

/** The issues of a project in a stretch of time. */
export function issuesLink(
  { url, org }: SentryPlace,
  query: { readonly project: string; readonly environment: string; readonly fromMs: number; readonly toMs: number },
): string {
  const link = new URL(`/organizations/${encodeURIComponent(org)}/issues/`, url)
  link.searchParams.set('query', `project:${query.project}`)
  link.searchParams.set('environment', query.environment)
  link.searchParams.set('start', momentOf(query.fromMs))
  link.searchParams.set('end', momentOf(query.toMs))
  link.searchParams.set('utc', 'true')
  return link.href
}

/** The issues that bear a trace. */
export function traceLink({ url, org }: SentryPlace, traceId: string): string {
  const link = new URL(`/organizations/${encodeURIComponent(org)}/issues/`, url)
  link.searchParams.set('query', `trace:${traceId}`)
  return link.href
}

/** Sentry takes no zone and no parts of a second. */
function momentOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

const TRACE_ID = /^[0-9a-f]{32}$/

/**
 * The id of the trace that a message belongs to, in hex: of `traceparent` or `sentry-trace` among its attributes, else of X-Ray's header,
 * whose root is the same 128 bits with dashes. Null without one.
 */
export function traceIdOf(
  attributes: readonly { readonly name: string; readonly value: string | null }[],
  traceHeader: string | null,
): string | null {
  const valueOf = (name: string): string => attributes.find((each) => each.name.toLowerCase() === name)?.value ?? ''
  const found = [
    valueOf('traceparent').split('-')[1],
    valueOf('sentry-trace').split('-')[0],
    /Root=1-(?<root>[0-9a-f]{8}-[0-9a-f]{24})/u.exec(traceHeader ?? '')?.groups?.['root']?.replace('-', ''),
  ]
  return found.find((id) => id !== undefined && TRACE_ID.test(id) && !/^0+$/u.test(id)) ?? null
}
