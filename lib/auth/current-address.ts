import 'server-only'
import { headers } from 'next/headers'
import { routes } from '#lib/domain/routes.ts'
import { ADDRESS_HEADER } from './address-header.ts'

/** Path and query of the page that is asked for, so that a sign-in from any part of it leads back to exactly there. */
export async function currentAddress(): Promise<string> {
  return (await headers()).get(ADDRESS_HEADER) ?? routes.overview()
}
