import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getEnv } from '#lib/config/env.ts'
import { routes } from '#lib/domain/routes.ts'
import { canonicalAddress } from './canonical-address.ts'

/**
 * For the sign-in page: somebody who came by another name of this machine (localhost for 127.0.0.1) is sent to the address in SPILLWAY_URL,
 * where the identity provider will return them to. Not in the proxy: Next takes the two names for one there, and makes a circle of it.
 */
export async function requireCanonicalHost(backTo: string | undefined): Promise<void> {
  const { pathname, search } = new URL(routes.signIn(backTo), 'http://any')
  const address = canonicalAddress((await headers()).get('host'), { pathname, search }, getEnv().SPILLWAY_URL)
  if (address !== null) redirect(address)
}
