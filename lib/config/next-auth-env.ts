import 'server-only'
import { getEnv } from './env.ts'

/**
 * next-auth takes the address for its callbacks from NEXTAUTH_URL alone; it is set here from SPILLWAY_URL,
 * so that there is one address to configure and the two cannot differ.
 */
export function prepareNextAuthEnv(): void {
  process.env.NEXTAUTH_URL = new URL(getEnv().SPILLWAY_URL).origin
}
