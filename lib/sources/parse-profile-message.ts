import type { Profile } from '#lib/domain/mark.ts'
import type { SourceAddress } from '#lib/domain/source-address.ts'
import { isRecord, parseContactDetails } from './parse-contact-details.ts'
import { parseProfile } from './parse-profile.ts'

/** Reads a message of the profiles' queue: a profile that was created, or contact details; a text says which field is wrong. */
export function parseProfileMessage(body: string, sentAtMs: number): Profile | SourceAddress | string {
  const json = jsonOf(body)
  return isRecord(json) ? parseContactDetails(json, sentAtMs) : parseProfile(json, sentAtMs)
}

/** Undefined for what is no JSON, which no schema accepts. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
