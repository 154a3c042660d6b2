import { SentryApiError } from './api-error.ts'

export interface Page<T> {
  readonly items: readonly T[]
  /** Value of the `Link` header: previous and next are always there, and `results` says whether they lead anywhere. */
  readonly link: string
}

const MOST_PER_PAGE = 100

/** Cuts a page out of a list by Sentry's offset cursor `0:<offset>:0`. */
export function paginate<T>(all: readonly T[], url: URL): Page<T> {
  const perPage = Number(url.searchParams.get('per_page') ?? url.searchParams.get('limit') ?? MOST_PER_PAGE)
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > MOST_PER_PAGE) {
    throw new SentryApiError(400, `Invalid per_page value. Must be between 1 and ${MOST_PER_PAGE}.`)
  }
  const cursor = /^\d+:(\d+):[01]$/.exec(url.searchParams.get('cursor') ?? '0:0:0')
  if (cursor === null) throw new SentryApiError(400, 'Invalid cursor parameter.')
  const offset = Number(cursor[1])
  const linkTo = (rel: 'previous' | 'next', target: number, hasResults: boolean): string => {
    const there = new URL(url)
    const value = `0:${target}:${rel === 'previous' ? 1 : 0}`
    there.searchParams.set('cursor', value)
    return `<${there.href}>; rel="${rel}"; results="${hasResults}"; cursor="${value}"`
  }
  const next = offset + perPage
  const link = [
    linkTo('previous', Math.max(0, offset - perPage), offset > 0),
    linkTo('next', next, next < all.length),
  ].join(', ')
  return { items: all.slice(offset, next), link }
}
