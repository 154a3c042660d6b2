import { describe, expect, it } from 'vitest'
import { listAudit } from '#lib/store/audit.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { countAffected, listAffected, listRemaining } from '#lib/store/incident-people.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import { listIncidents } from '#lib/store/incidents.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { aFinding, aProfile, aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import {
  at,
  contextAt,
  deadLetters,
  email,
  end,
  errors,
  failures,
  find,
  HOUR_MS,
  leak,
  processed,
  silence,
  useIncidents,
} from './fixtures/incident-events.ts'

const profile = (ref: string, minute: number) => (tx: Tx) =>
  insertProfiles(tx, [aProfile({ ref, createdAtMs: at(minute) })], at(minute))

describeStores('the end of an incident', ({ db }) => {
  const { happen, tick, inventory, only, story, messages, healed } = useIncidents(db)

  it('comes when messages are processed and everybody affected has their e-mail', async () => {
    await happen(3, find(leak(), 3), email('a', 2, 'failed'), email('b', 2, 'failed'))
    await happen(20, end(leak(), 19), processed('profile-created', 19, 2))
    await tick(20)
    expect(await only()).toMatchObject({
      state: 'open',
      healingMs: at(19),
      waitingFor: '2 people are still without their onboarding e-mail',
    })
    await happen(25, email('a', 22, 'delivered'))
    await tick(25)
    expect(await only()).toMatchObject({
      state: 'open',
      waitingFor: '1 person is still without their onboarding e-mail',
    })
    await happen(30, email('b', 28, 'delivered'))
    await tick(30)
    expect(await only()).toMatchObject({
      state: 'resolved',
      resolvedBy: 'spillway',
      resolvedMs: at(30),
      waitingFor: null,
    })
    expect((await story()).slice(-2)).toEqual([
      'people: All 2 people have their onboarding e-mail',
      'resolved: Over on evidence: profile-created: 2 processed; all 2 people affected have their onboarding e-mail',
    ])
    expect(await listAffected(db().orm, 1, { rule: withoutRuleOf(contextAt(30)), limit: 10 })).toEqual([
      { ref: 'a', sinceMs: at(2), healedMs: at(22), note: null, isWithout: false },
      { ref: 'b', sinceMs: at(2), healedMs: at(28), note: null, isWithout: false },
    ])
    expect((await listAudit(db().orm))[0]).toMatchObject({ actor: 'spillway', action: 'resolve-incident' })
  })

  it('does not keep the proof of a redrive, which comes later, from being told', async () => {
    await healed()
    const text = 'R-1: 6 redriven: 6 consumed, 0 came back, 0 unknown.'
    await addEntry(db().orm, { incident: 1, atMs: at(22), kind: 'redrive', actor: 'spillway', text, data: {} })
    await tick(23)
    await tick(24)
    const told = (await messages()).filter(({ payload }) => JSON.stringify(payload).includes(text))
    expect(told.map(({ kind: each }) => each)).toEqual(['thread'])
    expect((await only()).state).toBe('resolved')
  })

  it('does not come when dead letters are gone and the e-mails do not follow', async () => {
    await inventory()
    await happen(3, find(deadLetters, 3), email('a', 2, 'failed'))
    await happen(20, end(deadLetters, 20), processed('contact-details', 19, 5), email('somebody-else', 21, 'delivered'))
    await tick(21)
    await tick(600)
    expect(await only()).toMatchObject({
      state: 'open',
      waitingFor: '1 person is still without their onboarding e-mail',
    })
  })

  it('does not come by what was processed before dead letters were seen, however soon they were gone', async () => {
    await inventory()
    await happen(3, processed('contact-details', 0, 4), find({ ...deadLetters, sinceMs: at(2) }, 2))
    await happen(3, end(deadLetters, 3), email('x', 3, 'delivered'))
    await tick(3)
    expect((await only()).waitingFor).toBe('no message of contact-details is known to be processed since')
    await happen(5, processed('contact-details', 2))
    await tick(5)
    expect((await only()).state).toBe('resolved')
  })

  it('does not come while those are not heard of whose messages were tried before they were seen to be dead', async () => {
    const dlq = aQueue({ name: 'contact-details-dlq' })
    const tried = { maxReceiveCount: 5, visibilityTimeoutSeconds: 60 }
    await upsertQueues(db().orm, [aQueue({ name: 'contact-details', dlqArn: dlq.arn, ...tried }), dlq], at(-60), true)
    await happen(
      3,
      profile('long-before', -60),
      profile('tried', -3),
      find(deadLetters, 3),
      email('failed', -4, 'failed'),
    )
    expect((await only()).peopleAffected).toBe(1)
    await happen(20, end(deadLetters, 19), processed('contact-details', 19), email('failed', 20, 'delivered'))
    await tick(20)
    expect((await only()).waitingFor).toBe('of 1 profile created meanwhile no onboarding e-mail is known yet')
    // A day later the profile is without its e-mail, and no longer one that may still hear of it.
    await happen(2 * 24 * 60)
    await tick(2 * 24 * 60)
    expect(await only()).toMatchObject({
      peopleAffected: 2,
      waitingFor: '1 person is still without their onboarding e-mail',
    })
  })

  it('does not come while a profile that was created meanwhile is not heard of', async () => {
    await happen(3, find(leak(), 3), (tx) => insertProfiles(tx, [aProfile({ ref: 'late', createdAtMs: at(5) })], at(5)))
    await happen(20, end(leak(), 19), processed('profile-created', 19), email('x', 20, 'delivered'))
    await tick(20)
    expect((await only()).waitingFor).toBe('of 1 profile created meanwhile no onboarding e-mail is known yet')
    await happen(21, email('late', 21, 'delivered'))
    await tick(21)
    expect((await only()).state).toBe('resolved')
  })

  it('counts nobody as without because of it who is without no longer, and waits for their e-mail all the same', async () => {
    await happen(3, find(leak(), 3), email('a', 2, 'failed'), email('b', 2, 'failed'))
    await happen(20, end(leak(), 19), processed('profile-created', 19, 2), email('a', 22, 'delivered'))
    await happen(22, email('b', 22, 'scheduled'))
    const rule = withoutRuleOf(contextAt(22))
    expect(await countAffected(db().orm, 1, rule)).toMatchObject({ affected: 2, remaining: 0, pending: 1, without: 0 })
    expect(await listRemaining(db().orm, 1, rule)).toEqual([])
    await tick(23)
    expect((await only()).waitingFor).toBe('of 1 person no onboarding e-mail is known to have gone out yet')
  })

  it('does not come when a leak is over by Spillway’s word alone: nothing is known to be processed', async () => {
    await happen(3, find(leak(), 3))
    await happen(20, end(leak(), 19), email('x', 20, 'delivered'))
    await tick(20)
    expect((await only()).waitingFor).toBe('no message of profile-created is known to be processed since')
  })

  it('leaves those out who have no address in the source, and names how many', async () => {
    await happen(3, find(leak(), 3), email('a', 2, 'failed'), email('b', 2, 'failed'))
    await happen(20, end(leak(), 19), processed('profile-created', 19, 2), email('a', 22, 'delivered'))
    const asked: unknown[] = []
    await tick(25, async (_tx, query) => {
      asked.push(query)
      return ['b', 'not one of them']
    })
    expect(asked).toEqual([{ incident: 1, refs: ['b'], fixedMs: at(19) }])
    expect(await only()).toMatchObject({ state: 'resolved', peopleAffected: 2 })
    expect((await listAffected(db().orm, 1, { rule: withoutRuleOf(contextAt(30)), limit: 10 }))[0]).toMatchObject({
      ref: 'b',
      healedMs: null,
      note: 'no_email_address',
    })
    expect((await story()).at(-1)).toBe(
      'resolved: Over on evidence: profile-created: 2 processed; 1 of 2 people affected have their onboarding e-mail; 1 person has no e-mail address in the source',
    )
  })

  it('takes people for asked again once a message that Spillway had changed was processed, before others were', async () => {
    const held = { ...leak(), evidence: { sent: 6, changedProcessed: 1, changedProcessedMs: at(9) } }
    await happen(3, find(held, 3), email('a', 2, 'failed'))
    await happen(20, end(leak(), 19), processed('profile-created', 19, 2))
    const asked: unknown[] = []
    await tick(25, async (_tx, { fixedMs }) => {
      asked.push(fixedMs)
      return []
    })
    expect(asked).toEqual([at(9)])
  })

  it('does not wait for those whose e-mail went out and bounced, and names how many', async () => {
    await happen(4, find(leak(), 4), find(failures, 4), email('900101', 3, 'failed'), email('900102', 3, 'failed'))
    const mended = [end(leak(), 20), end(failures, 20), processed('profile-created', 20, 2)]
    await happen(20, ...mended, email('900101', 20, 'delivered'), email('900102', 21, 'failed', 'bounce_permanent'))
    await tick(22)
    expect((await story()).at(-1)).toBe(
      'resolved: Over on evidence: profile-created: 2 processed; 1 of 2 people affected have their onboarding e-mail; of 1 person the e-mail went out and bounced',
    )
    expect(await listAffected(db().orm, 1, { rule: withoutRuleOf(contextAt(30)), limit: 10 })).toMatchObject([
      { ref: '900102', note: 'bounced' },
      { ref: '900101', note: null },
    ])
  })

  it('of an incident of e-mails alone rests on outcomes', async () => {
    await happen(3, find(failures, 3), email('a', 2, 'failed'))
    await happen(20, end(failures, 20), email('x', 20, 'delivered'))
    await tick(20)
    expect((await only()).state).toBe('open')
    await happen(21, email('a', 21, 'delivered'))
    await tick(21)
    expect((await only()).state).toBe('resolved')
  })

  it('of stuck messages is not held up by errors of the last hour, which belong to it all the same', async () => {
    await happen(4, find(leak(), 4), find(errors, 4))
    await happen(20, end(leak(), 20), processed('profile-created', 20), email('900101', 20, 'delivered'))
    expect((await only()).healingMs).toBe(at(20))
    await tick(21)
    expect(await only()).toMatchObject({ state: 'resolved', title: leak().title })
  })

  it('of errors alone comes when an hour of them is usual again and e-mails go out', async () => {
    await happen(4, find(errors, 4))
    expect(await only()).toMatchObject({ causeKey: 'flow', service: 'sync', severity: 'low' })
    await happen(70, email('900101', 70, 'delivered'))
    await tick(71)
    expect((await only()).waitingFor).toBe('1 finding still holds')
    await happen(90, end(errors, 90), email('900102', 90, 'delivered'))
    await tick(91)
    expect((await story()).at(-1)).toBe('resolved: Over on evidence: sync: errors as usual; e-mails go out again')
  })

  it('of one that was blind comes when the source answers', async () => {
    await happen(3, find(silence, 3))
    await tick(4)
    expect((await only()).state).toBe('open')
    await happen(9, end(silence, 9))
    await tick(9)
    expect(await only()).toMatchObject({ state: 'resolved', resolvedBy: 'spillway' })
    expect((await messages()).at(-2)?.payload).toMatchObject({ kind: 'card', state: 'resolved', blindSinceMs: null })
  })

  it('of dead letters that several queues share takes what any of them processed', async () => {
    const dlq = aQueue({ name: 'shared-dlq' })
    const queues = [dlq, aQueue({ name: 'one', dlqArn: dlq.arn }), aQueue({ name: 'two', dlqArn: dlq.arn })]
    await upsertQueues(db().orm, queues, at(-60), true)
    const shared = aFinding({ subject: { kind: 'queue', id: 'shared-dlq' } })
    await happen(3, find(shared, 3))
    await happen(20, end(shared, 20), processed('two', 2, 9))
    await tick(20)
    expect((await only()).waitingFor).toBe('no message of one or two is known to be processed since')
    await happen(21, processed('two', 20))
    await tick(21)
    expect(await only()).toMatchObject({ state: 'resolved', causeKey: 'queue:one' })
  })

  it('of a queue outside of the flow asks for nobody’s e-mail', async () => {
    await inventory()
    const other = aFinding({ subject: { kind: 'queue', id: 'other-dlq' } })
    await happen(3, find(other, 3), email('a', 2, 'failed'))
    await happen(20, end(other, 20), processed('other', 19, 3))
    await tick(20)
    expect(await only()).toMatchObject({ state: 'resolved', peopleAffected: 0 })
  })

  describe('what breaks again', () => {
    it('within a day is the same incident, to be acknowledged anew', async () => {
      await healed()
      await happen(20 + 23 * 60, find(leak(), 20 + 23 * 60))
      expect(await only()).toMatchObject({
        number: 1,
        state: 'open',
        acknowledgedBy: null,
        resolvedMs: null,
        healingMs: null,
      })
      expect((await story()).at(-1)).toBe('reopened: It broke again: profile-created: 6 sent, 0 processed')
      const sent = await messages()
      expect(sent.filter((row) => row.kind === 'root')).toHaveLength(1)
      expect(sent.at(-1)?.payload).toMatchObject({ kind: 'story', isBroadcast: true })
    })

    it('later is another', async () => {
      await healed()
      const later = 20 + 25 * 60
      await happen(later, find({ ...leak(), sinceMs: at(0) + 25 * HOUR_MS }, later))
      expect(await listIncidents(db().orm, { limit: 10 })).toMatchObject([
        { number: 2, state: 'open' },
        { number: 1, state: 'resolved' },
      ])
    })
  })
})
