import { counted, figure } from './count-words.ts'

/** `RS-3`: short and sayable. */
export function resyncName(id: number): string {
  return `RS-${id}`
}

const PLACE = '{ref}'

/**
 * The body for one person. Inside a JSON template the reference is written as JSON text, so that no reference can change what is asked for.
 */
export function renderResyncBody(template: string, ref: string): string {
  return template.replaceAll(PLACE, JSON.stringify(ref).slice(1, -1))
}

/** The message group for one person: what SQS allows, at most 128 characters. */
export function renderResyncGroup(template: string, ref: string): string {
  return template
    .replaceAll(PLACE, ref)
    .replaceAll(/[^A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g, '_')
    .slice(0, 128)
}

/** For so long SQS drops a repeat with the same deduplication id. */
export const DEDUPLICATION_MS = 5 * 60_000

/** What became of the people of a re-sync. Each person is counted once. */
export interface ResyncProof {
  readonly people: number
  readonly asked: number
  /** Their e-mail was accepted or delivered after they were asked for. */
  readonly withEmail: number
  /** Asked for, and their e-mail failed again for want of an address: the source has none. */
  readonly withoutAddress: number
  readonly possibleDuplicates: number
}

/** One line: `37 people asked for again: 35 have their e-mail, 2 have no address in the source, 0 are still open`; `12 of 37 people …` meanwhile. */
export function resyncWords({ people, asked, withEmail, withoutAddress }: ResyncProof): string {
  const open = people - withEmail - withoutAddress
  const who =
    asked < people ? `${figure(asked)} of ${counted(people, 'person', 'people')}` : counted(people, 'person', 'people')
  return `${who} asked for again: ${figure(withEmail)} have their e-mail, ${figure(withoutAddress)} have no address in the source, ${figure(open)} are still open`
}
