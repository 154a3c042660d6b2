import 'server-only'
import { cookies } from 'next/headers'
import { knownZone } from '#components/ui/zoned-time.ts'
import { ZONE_COOKIE } from './zone-choice.ts'

/** The zone in which this reader chose to see every time; null for the team's. Needs a request. */
export async function readerZone(): Promise<string | null> {
  const zone = knownZone((await cookies()).get(ZONE_COOKIE)?.value, '')
  return zone === '' ? null : zone
}
