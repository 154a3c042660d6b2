const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Where a request belongs that came by another name of this machine: cookies are kept by host name, so a sign-in begun at
 * localhost could not end at 127.0.0.1. Null when the host is right, or is not merely another name of the same address.
 */
export function canonicalAddress(
  host: string | null,
  place: { readonly pathname: string; readonly search: string },
  spillwayUrl: string,
): string | null {
  const target = new URL(new URL(spillwayUrl).origin)
  const address = `${target.protocol}//${host ?? ''}`
  if (host === null || !URL.canParse(address)) return null
  const given = new URL(address)
  const isAlias = LOOPBACK.has(given.hostname) && LOOPBACK.has(target.hostname) && given.port === target.port
  if (!isAlias || given.hostname === target.hostname) return null
  // Set as parts: joined to an address, a path that starts with two slashes would name another host.
  target.pathname = place.pathname
  target.search = place.search
  return target.href
}
