import { describe, expect, test } from 'vitest'
import { aMark } from '#lib/testing/builders.ts'
import { describeCause, type CauseFacts } from './cause-words.ts'
import { estimateExpired, type ExpiryFacts } from './expired.ts'
import type { MessageAttribute, ShapeCount } from './message-shape.ts'
import { compareShapes } from './shape-difference.ts'

const SINCE = Date.UTC(2024, 10, 7, 14, 19)
const JAVA = { name: 'JavaType', type: 'String', value: 'uk.nhs.hee.trainee.details.event.ProfileCreateEvent' }
const CONTENT = { name: 'contentType', type: 'String', value: 'application/json' }

function shapes(
  count: number,
  attributes: readonly MessageAttribute[],
  bodyKeys = ['traineeTisId:string'],
): ShapeCount {
  return { shape: { attributes, bodyKeys }, count, leastSize: 20, mostSize: 24, firstSentMs: null, lastSentMs: null }
}

const facts = (given: Partial<CauseFacts>): CauseFacts => ({
  stuck: [shapes(412, [JAVA, CONTENT])],
  healthy: {
    shapes: [shapes(200, [CONTENT])],
    fromMs: SINCE - 3_600_000,
    toMs: SINCE - 60_000,
    origin: 'the tap of profile-created',
  },
  marks: [aMark({ atMs: SINCE, service: 'tis-trainee-sync' })],
  clock: { nowMs: SINCE + 3_600_000, timeZone: 'UTC' },
  ...given,
})

describe('the cause', () => {
  test('names what stuck messages carry and healthy ones do not, and where those were kept', () => {
    expect(describeCause(facts({}))).toMatchObject({
      kind: 'differs',
      sentence:
        '412 of 412 stuck messages carry `JavaType` (String); 0 of 200 healthy ones do (kept from the tap of profile-created between 13:19 and 14:18)',
    })
  })

  test('finds a date that became a date and time, and compares no values with shapes kept before values were', () => {
    const said = (value: string) => {
      const made = shapes(10, [])
      return { ...made, shape: { ...made.shape, values: [{ path: 'startDate', value }] } }
    }
    const stuck = [said('<date and time>')]
    const against = (healthy: ShapeCount[]) => describeCause(facts({ stuck, healthy: { ...kept(), shapes: healthy } }))
    expect(against([said('<date>')]).sentence).toContain(
      '10 of 10 stuck messages have a date and time in `startDate`; 0 of 10 healthy ones do',
    )
    expect(against([shapes(90, [])]).kind).toBe('same')
  })

  test('names one minute once', () => {
    const minute = { ...kept(), fromMs: SINCE - 60_000, toMs: SINCE - 1 }
    expect(describeCause(facts({ healthy: minute })).sentence).toContain(
      '(kept from the tap of profile-created at 14:18)',
    )
  })

  test('says that nothing changed in the messages, what did at that minute, and which class they name', () => {
    const same = facts({
      stuck: [shapes(6, [CONTENT, JAVA])],
      healthy: { ...kept(), shapes: [shapes(90, [JAVA, CONTENT])] },
    })
    expect(describeCause(same)).toMatchObject({
      kind: 'same',
      differences: [],
      sentence:
        'Nothing in the messages changed; tis-trainee-sync was deployed at 14:19; every message names a Java class (uk.nhs…ProfileCreateEvent)',
    })
  })

  test('says that there is nothing to compare with instead of guessing', () => {
    expect(describeCause(facts({ healthy: null, marks: [] }))).toMatchObject({
      kind: 'no-healthy',
      sentence: 'No healthy message to compare with; every message names a Java class (uk.nhs…ProfileCreateEvent)',
    })
    expect(describeCause(facts({ healthy: null, stuck: [shapes(3, [CONTENT])], marks: [] })).sentence).toBe(
      'No healthy message to compare with',
    )
  })

  test('says that nobody has looked when no message is known', () => {
    expect(describeCause(facts({ stuck: [] })).kind).toBe('no-stuck')
  })

  test('tells a deploy once, not its release again', () => {
    const marks = [
      aMark({ atMs: SINCE, service: 'tis-trainee-sync' }),
      aMark({ atMs: SINCE + 4_000, kind: 'release', service: 'tis-trainee-sync', title: 'tis-trainee-sync@1.18.2' }),
    ]
    expect(describeCause(facts({ marks })).marks).toEqual(['tis-trainee-sync was deployed at 14:19'])
  })
})

describe('shapes are compared', () => {
  test('by the types of attributes and by the keys of bodies, and small differences of share are not told', () => {
    const stuck = [shapes(10, [{ ...CONTENT, type: 'String.x' }], ['id:number'])]
    const healthy = [shapes(10, [CONTENT], ['id:string']), shapes(1, [CONTENT], ['id:string', 'note:string'])]
    expect(compareShapes(stuck, healthy).map(({ kind, name, type }) => `${kind} ${name} ${type}`)).toEqual([
      'attribute contentType String.x',
      'attribute contentType String',
      'body id number',
      'body id string',
    ])
  })

  test('a body that is no JSON differs from one that is', () => {
    const broken = { ...shapes(4, []), shape: { attributes: [], bodyKeys: null } }
    expect(compareShapes([broken], [shapes(4, [], ['id:string'])])[0]).toMatchObject({
      type: 'not JSON',
      stuck: 4,
      healthy: 0,
    })
  })
})

describe('expired messages', () => {
  const DAY = 86_400_000
  const STUCK: ExpiryFacts = {
    sinceMs: 0,
    atMs: 6 * DAY,
    atWords: 'at 10:30',
    retentionSeconds: 345_600,
    expiredBeforeMs: null,
    sent: 240,
    deleted: 0,
    inQueue: 160,
  }
  test.each<[string, Partial<ExpiryFacts>, number | null]>([
    ['what was sent, less what is there', {}, 80],
    ['less what was processed', { deleted: 70 }, 10],
    ['never less than none', { inQueue: 400 }, 0],
    ['none before the retention is over', { atMs: 3 * DAY, inQueue: 90 }, 0],
    ['none where a retention was changed before', { atMs: 3 * DAY, inQueue: 90, expiredBeforeMs: -1 }, 0],
    ['what an earlier retention did not keep', { atMs: 3 * DAY, inQueue: 90, expiredBeforeMs: 1 }, 150],
    ['not known without counts', { sent: null }, null],
    ['not known without a depth', { inQueue: null }, null],
  ])('%s', (_what, given, expired) => {
    expect(estimateExpired({ ...STUCK, ...given }).expired).toBe(expired)
  })
})

function kept() {
  const { healthy } = facts({})
  if (healthy === null) throw new Error('the builder has healthy shapes')
  return healthy
}
