import { NextResponse, type NextRequest } from 'next/server'
import { contentSecurityPolicy, makeNonce, SECURITY_HEADERS } from '#lib/auth/content-security-policy.ts'
import { ADDRESS_HEADER } from '#lib/auth/address-header.ts'
import { cookieOptions, sessionCookieName, WALL_COOKIE, WALL_COOKIE_SECONDS } from '#lib/auth/cookies.ts'
import { isDevelopment } from '#lib/config/build.ts'
import { routes } from '#lib/domain/routes.ts'

/** Pages that nobody signs in for. Whether somebody may see what they ask for is decided where it is read, never here. */
const OPEN_PAGES: ReadonlySet<string> = new Set([routes.signIn(), routes.wall()])

/** Sends people without a session cookie to sign in, moves a wall's token out of its address, and gives every page its policy. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, searchParams, search } = request.nextUrl
  const wallToken = pathname === routes.wall() ? searchParams.get('token') : null
  if (wallToken !== null) return moveWallToken(request, wallToken)
  // A server action without a session is refused by the action itself, in words.
  const isVisit = request.method === 'GET' || request.method === 'HEAD'
  if (isVisit && !OPEN_PAGES.has(pathname) && !request.cookies.has(sessionCookieName()))
    return withHeaders(redirectTo(request, routes.signIn(`${pathname}${search}`)))
  return withPolicy(request)
}

function withPolicy(request: NextRequest): NextResponse {
  const nonce = makeNonce()
  const policy = contentSecurityPolicy(nonce, isDevelopment())
  const headers = new Headers(request.headers)
  // Next reads the nonce for its own scripts from the request's policy.
  headers.set('content-security-policy', policy)
  headers.set('x-nonce', nonce)
  // A layout does not learn the query, and a session that has ended is noticed there first.
  headers.set(ADDRESS_HEADER, `${request.nextUrl.pathname}${request.nextUrl.search}`)
  const response = withHeaders(NextResponse.next({ request: { headers } }))
  response.headers.set('content-security-policy', policy)
  return response
}

function moveWallToken(request: NextRequest, token: string): NextResponse {
  const response = withHeaders(redirectTo(request, routes.wall()))
  response.cookies.set(WALL_COOKIE, token, { ...cookieOptions(), maxAge: WALL_COOKIE_SECONDS })
  return response
}

function redirectTo(request: NextRequest, path: string): NextResponse {
  return NextResponse.redirect(new URL(path, request.url), 307)
}

function withHeaders(response: NextResponse): NextResponse {
  for (const [name, value] of SECURITY_HEADERS) response.headers.set(name, value)
  return response
}

export const config = {
  // Files of the build and of public/ need no policy. A name with a dot counts as a file at the top only: queues have dots too.
  matcher: ['/((?!api/|_next/static|_next/image|[^/]+\\.(?:ico|png|svg|txt|mp3|webmanifest)$).*)'],
}
