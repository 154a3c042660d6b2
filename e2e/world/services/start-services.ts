import { startCoreSync } from './core-sync.ts'
import { startDetails } from './details.ts'
import { startMailProvider } from './mail-provider.ts'
import { Notifications } from './notifications.ts'
import { createPerson } from './person.ts'
import type { Person } from './person.ts'
import type { ServiceContext, Shares } from './service-context.ts'
import { startSync } from './sync.ts'

const FIRST_NUMBER = 900_001

/** The small copy of the real system, running. */
export interface Services {
  /** Invents that many people; resolves when their profiles are created and both queues have heard of them. */
  readonly createProfiles: (count: number, shares?: Partial<Shares>) => Promise<Person[]>
  /** True while an event waits to be published. */
  readonly isBusy: boolean
}

export function startServices(context: ServiceContext): Services {
  const people = new Map<string, Person>()
  const details = startDetails(context)
  startSync(context)
  const coreSync = startCoreSync(context, people)
  const notifications = new Notifications(context, details, startMailProvider(context))
  let nextNumber = FIRST_NUMBER
  const createOne = async (shares: Partial<Shares>): Promise<Person> => {
    const person = createPerson(context.random, nextNumber, Date.now(), { ...context.shares, ...shares })
    nextNumber += 1
    people.set(person.tisId, person)
    await details.createProfile(person)
    const delayMs = context.durations.membershipAfterSeconds * 1000 * (0.7 + 0.6 * context.random.next())
    context.timers.after(delayMs, () => coreSync.publishMembership(person))
    return person
  }
  return {
    async createProfiles(count, shares = {}) {
      const created: Person[] = []
      for (let index = 0; index < count; index += 1) created.push(await createOne(shares))
      return created
    },
    get isBusy() {
      return notifications.isBusy
    },
  }
}
