import { routes } from '#lib/domain/routes.ts'

const INSIDE = 'http://inside.invalid'

/**
 * Where somebody goes after signing in: the address asked for when it is one of Spillway itself, else the overview. Whoever sends a link
 * must not choose where people land, so it is read as a browser would, which drops tabs and line breaks and takes `\` for `/`.
 */
export function insideAddress(address: string | undefined): string {
  const url = address?.startsWith('/') === true ? URL.parse(address, INSIDE) : null
  // `/.//host` has this origin, and a path that names another one.
  if (url === null || url.origin !== INSIDE || url.pathname.startsWith('//')) return routes.overview()
  return `${url.pathname}${url.search}${url.hash}`
}
