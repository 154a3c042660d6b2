import { expect, it } from 'vitest'
import type { Tx } from '#lib/store/db.ts'
import { countAffected, listAffected } from '#lib/store/incident-people.ts'
import { insertSourceAddresses } from '#lib/store/source-addresses.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import { aFinding } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { at, contextAt, email, failures, find, leak, processed, end, useIncidents } from './fixtures/incident-events.ts'

const bounces = aFinding({
  detector: 'email-failed-spike',
  subject: { kind: 'emails', id: 'bounce_permanent' },
  title: '2 of the last 3 onboarding e-mails to nhs.example failed: permanent bounce',
  sinceMs: at(-3),
})
const told = (ref: string, minute: number, hasAddress: boolean) => (tx: Tx) =>
  insertSourceAddresses(tx, [{ ref, hasAddress, atMs: at(minute) }])

describeStores('people of whom an incident is the cause', ({ db }) => {
  const { happen, tick, only } = useIncidents(db)
  const counted = () => countAffected(db().orm, 1, withoutRuleOf(contextAt(9)))
  const refs = async () =>
    (await listAffected(db().orm, 1, { rule: withoutRuleOf(contextAt(9)), limit: 9 })).map(({ ref }) => ref)

  it('are those whose e-mails bounced only until something else is found, which also says when it began', async () => {
    await happen(-2, find(bounces, -2), email('b', -3, 'failed', 'bounce_permanent'))
    expect(await only()).toMatchObject({ peopleAffected: 1, sinceMs: at(-3), title: bounces.title })
    await happen(4, find(failures, 4), email('a', 3, 'failed'))
    expect(await refs()).toEqual(['a'])
    expect(await only()).toMatchObject({ peopleAffected: 1, title: failures.title })
  })

  it('are nobody before its beginning whose address the source itself does not have', async () => {
    await happen(2, email('none', -4, 'failed'), told('none', -4, false))
    await happen(4, find({ ...failures, sinceMs: at(-4) }, 4), email('a', 3, 'failed'))
    expect(await only()).toMatchObject({ sinceMs: at(3) })
    await happen(5, find({ ...leak(), sinceMs: at(1) }, 5), email('late', 4, 'failed'), told('late', 4, false))
    expect(await refs()).toEqual(['a', 'late'])
    expect(await only()).toMatchObject({ sinceMs: at(1), peopleAffected: 2 })
  })

  it('are known to have no address as soon as the source says so, and no longer when it has one', async () => {
    await happen(3, find(leak(), 3), email('a', 2, 'failed'), email('b', 2, 'failed'), told('b', 2, false))
    expect(await counted()).toMatchObject({ affected: 2, remaining: 1, excused: 1, without: 2 })
    await happen(4, told('b', 4, true))
    expect(await counted()).toMatchObject({ affected: 2, remaining: 2, excused: 0 })
  })

  it('are not those of another segment, where the finding names one', async () => {
    const atAnOffice = aFinding({ ...failures, evidence: { segment: 'office:Wessex' } })
    await happen(3, find(atAnOffice, 3), email('a', 2, 'failed'))
    expect(await only()).toMatchObject({ peopleAffected: 0 })
  })

  it('stay those who have their e-mail by now, and so does its beginning', async () => {
    await happen(4, find(failures, 4), email('a', 3, 'failed'))
    await happen(20, end(failures, 20), processed('profile-created', 20), email('a', 20, 'delivered'))
    await tick(21)
    expect(await only()).toMatchObject({ sinceMs: at(3), peopleAffected: 1 })
    expect(await counted()).toMatchObject({ affected: 1, remaining: 0, pending: 0 })
  })
})
