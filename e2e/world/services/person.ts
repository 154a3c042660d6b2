import type { Random } from '#world/random.ts'

/** A trainee as the source system (TIS) knows them. */
export interface Person {
  /** The TIS id; one that starts with `-` is a test user. */
  readonly tisId: string
  readonly forenames: string
  readonly surname: string
  readonly email: string | null
  readonly localOffice: string
  readonly programmeName: string
  readonly programmeNumber: string
  readonly programmeMembershipId: string
  /** ISO date. */
  readonly startDate: string
}

export interface PersonShares {
  /** Share of people without an e-mail address in the source system. */
  readonly noAddress: number
  readonly testUser: number
}

const FORENAMES = [
  'Alex',
  'Amara',
  'Ben',
  'Chidi',
  'Dana',
  'Elif',
  'Femi',
  'Grace',
  'Hana',
  'Ivo',
  'Jo',
  'Kiran',
  'Lena',
  'Mina',
  'Noor',
  'Priya',
] as const
const SURNAMES = [
  'Abara',
  'Bennett',
  'Choudhury',
  'Doyle',
  'Evans',
  'Farouk',
  'Grant',
  'Hughes',
  'Iqbal',
  'Jones',
  'Kaur',
  'Lewis',
  'Morgan',
  'Nair',
] as const
/** Reserved names, so that nothing could ever leave this machine. The first is the one that the bounce storm hits. */
export const MAIL_DOMAINS = ['webmail.example', 'nhs.example', 'post.example', 'inbox.example', 'uni.example'] as const
const OFFICES = [
  'Yorkshire and the Humber',
  'Thames Valley',
  'North West London',
  'North Central and East London',
  'South London',
  'East of England',
  'East Midlands',
  'West Midlands',
  'North East',
  'North West',
  'Kent, Surrey and Sussex',
  'Wessex',
  'South West',
] as const
const PROGRAMMES = [
  'General Practice',
  'Core Surgical Training',
  'Acute Care Common Stem',
  'Paediatrics',
  'Core Psychiatry',
  'Clinical Radiology',
] as const

/** An invented person; `number` makes the id and must not repeat. */
export function createPerson(random: Random, number: number, nowMs: number, shares: PersonShares): Person {
  const forenames = random.pick(FORENAMES)
  const surname = random.pick(SURNAMES)
  const isTestUser = random.chance(shares.testUser)
  const address = `${forenames}.${surname}.${number}@${random.pick(MAIL_DOMAINS)}`.toLowerCase()
  return {
    tisId: `${isTestUser ? '-' : ''}${number}`,
    forenames,
    surname,
    email: random.chance(shares.noAddress) ? null : address,
    localOffice: random.pick(OFFICES),
    programmeName: random.pick(PROGRAMMES),
    programmeNumber: `DEM${random.integer(100, 999)}`,
    programmeMembershipId: random.uuid(),
    startDate: new Date(nowMs + random.integer(30, 120) * 86_400_000).toISOString().slice(0, 10),
  }
}
