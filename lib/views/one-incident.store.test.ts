import { beforeEach, expect, test } from 'vitest'
import { joinFinding } from '#lib/store/incident-findings.ts'
import { insertIncident } from '#lib/store/incidents.ts'
import { applyFinding, listOpenFindings } from '#lib/store/findings.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { recordFailure } from '#lib/store/source-states.ts'
import { aFinding } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadOverview } from './overview/query.ts'
import { at, contextOf, failedFor, live, NOW, storeHealthy } from './fixtures/stored-system.ts'

const errors = aFinding({
  detector: 'service-errors',
  subject: { kind: 'service', id: 'tis-trainee-notifications' },
  title: 'tis-trainee-notifications: 10 errors in the last hour, usually 0',
  sinceMs: at('14:30'),
})

const INCIDENT = {
  causeKey: 'flow',
  service: null,
  title: 'profile-created: 6 sent, 0 processed',
  severity: 'high',
  isBlind: false,
  sinceMs: at('14:21'),
  openedMs: at('14:31'),
  peopleAffected: 2,
} as const

describeStores('pages while one incident is open', ({ db }) => {
  beforeEach(() => db().transaction(storeHealthy))

  test('it dates the sentence and stands for the services whose errors belong to it', async () => {
    await db().transaction(async (tx) => {
      await applyOutcomeEvents(tx, [failedFor('900001', at('14:25')), failedFor('900002', at('14:40'))], live)
      await applyFinding(tx, errors, errors.detector, errors.subject, NOW)
      const opened = await insertIncident(tx, INCIDENT)
      const [finding] = await listOpenFindings(tx)
      await joinFinding(tx, { incident: opened?.number ?? 0, finding: finding?.id ?? 0, atMs: NOW })
    })
    const page = await loadOverview(contextOf(db()))
    expect(page.headline.text).toContain('2 people are without their onboarding e-mail')
    expect(page.headline.text).toContain(', since 14:21')
    expect(page.findings).toEqual([])
    expect(page.toldServices).toEqual(['tis-trainee-notifications'])
  })

  test('it stands for the source that it says is not seen', async () => {
    const silent = aFinding({
      detector: 'source-silent',
      subject: { kind: 'source', id: 'sqs' },
      title: 'We cannot see SQS: not reachable',
      evidence: { source: 'sqs', reason: 'unreachable' },
      sinceMs: NOW,
    })
    const blind = async (): Promise<string[]> =>
      (await loadOverview(contextOf(db()))).blind.flatMap(({ id, state }) => (state === 'failing' ? [id] : []))
    await db().transaction(async (tx) => {
      for (const source of ['sqs', 'sentry']) await recordFailure(tx, source, NOW, 'unreachable', 'x')
      await applyFinding(tx, silent, silent.detector, silent.subject, NOW)
    })
    expect(await blind()).toEqual(['sqs', 'sentry'])
    await db().transaction(async (tx) => {
      const [finding] = await listOpenFindings(tx)
      const opened = await insertIncident(tx, { ...INCIDENT, causeKey: 'sqs', title: silent.title, isBlind: true })
      await joinFinding(tx, { incident: opened?.number ?? 0, finding: finding?.id ?? 0, atMs: NOW })
    })
    expect(await blind()).toEqual(['sentry'])
  })
})
