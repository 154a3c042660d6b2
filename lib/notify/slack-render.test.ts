import { describe, expect, test } from 'vitest'
import type { IncidentCard, IncidentStory } from '#lib/domain/slack-message.ts'
import { INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { renderSlack, type RenderedMessage } from './slack-render.ts'

const SETTING = { baseUrl: 'https://spillway.example/', timeZone: 'Europe/London' }
const MINUTE_MS = 60_000

function aCard(given: Partial<IncidentCard> = {}): IncidentCard {
  return {
    kind: 'card',
    incident: 7,
    title: 'profile-created: 6 sent, 0 processed',
    state: 'open',
    severity: 'high',
    blindSinceMs: null,
    sinceMs: INCIDENT_DAY_MS,
    openedMs: INCIDENT_DAY_MS + 2 * MINUTE_MS,
    acknowledged: null,
    resolved: null,
    healingMs: null,
    figures: {
      atMs: INCIDENT_DAY_MS + 3 * MINUTE_MS,
      headline: 'INC-7 · profile-created: 6 sent, 0 processed since 10:30 · 31 people without their onboarding e-mail',
      people: { without: 37, sinceIncident: 31, affected: 31 },
      queues: [{ name: 'tis-profile-created', label: 'profile-created', sent: 6, deleted: 0, dlq: null }],
      findings: [{ title: 'profile-created: 6 sent, 0 processed', sinceMs: INCIDENT_DAY_MS }],
    },
    ...given,
  }
}

function aStory(given: Partial<IncidentStory> = {}): IncidentStory {
  return {
    kind: 'story',
    incident: 7,
    atMs: INCIDENT_DAY_MS,
    truth: null,
    actor: 'Rita Responder',
    text: 'acknowledged it',
    isBroadcast: false,
    ...given,
  }
}

const shown = (message: RenderedMessage): string => JSON.stringify(message.blocks)
const withFigures = (given: Partial<IncidentCard['figures']>): IncidentCard =>
  aCard({ figures: { ...aCard().figures, ...given } })

/** Every text of the blocks, as Slack counts it. */
function textsOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'text' && typeof each === 'string' ? [each] : textsOf(each),
  )
}

describe('the message of an incident', () => {
  test('says state by shape and word, the sentence, the figures and the story so far', () => {
    const message = renderSlack(aCard(), SETTING)
    expect(message.text).toMatch(
      /^◆ Bad since <!date\^1730975400\^[^|]+\|7 Nov 2024 10:30 GMT>: INC-7 · profile-created: 6 sent/,
    )
    expect(message.text).toContain(aCard().figures.headline)
    expect(shown(message)).toContain(aCard().figures.headline)
    expect(shown(message)).toContain('6 sent, 0 processed')
    expect(shown(message)).toContain('37, of them because of this 31')
    expect(shown(message)).toContain('nobody has acknowledged it')
  })

  test('has one link, to the incident at the moment of the figures that it gives', () => {
    const message = renderSlack(aCard(), SETTING)
    expect(shown(message).match(/"url":"[^"]+"/g)).toEqual([
      `"url":"https://spillway.example/i/INC-7?from=${INCIDENT_DAY_MS}&to=${INCIDENT_DAY_MS + 3 * MINUTE_MS}"`,
    ])
    expect(message.text).not.toContain('http')
  })

  test.each([
    ['open', aCard(), '◆', 'Bad since'],
    ['being healed', aCard({ healingMs: INCIDENT_DAY_MS }), '◔', 'Being healed'],
    ['resolved', aCard({ state: 'resolved', resolved: { atMs: INCIDENT_DAY_MS, by: 'spillway' } }), '●', 'Resolved'],
    ['blind', aCard({ blindSinceMs: INCIDENT_DAY_MS }), '▨', 'Data lost, state unknown since'],
  ])('%s has a shape and a word of its own', (_, card, shape, words) => {
    const { text, blocks } = renderSlack(card, SETTING)
    expect(text.startsWith(`${shape} ${words}`)).toBe(true)
    expect(JSON.stringify(blocks[0])).toContain(`${shape} *${words}`)
  })

  test('never looks resolved while nothing is seen, whatever else is said of it', () => {
    const card = aCard({
      blindSinceMs: INCIDENT_DAY_MS,
      state: 'resolved',
      resolved: { atMs: INCIDENT_DAY_MS, by: 'Rita' },
      healingMs: INCIDENT_DAY_MS,
    })
    const { text, blocks } = renderSlack(card, SETTING)
    expect(text).not.toMatch(/[●◔]|Resolved|healed/)
    expect(JSON.stringify(blocks[0])).toContain('Data lost, state unknown since')
  })

  test('says that a figure is not known instead of a zero', () => {
    const card = withFigures({
      people: { without: null, sinceIncident: 2, affected: 2 },
      queues: [{ name: 'q', label: 'q', sent: null, deleted: null, dlq: 3 }],
    })
    expect(shown(renderSlack(card, SETTING))).toContain('not known, of them because of this 2')
    expect(shown(renderSlack(card, SETTING))).toContain('unknown sent, unknown processed, 3 dead letters')
  })

  test('says nothing of people where they are no question, and nothing twice', () => {
    const silent = withFigures({ people: { without: null, sinceIncident: 0, affected: 0 } })
    expect(shown(renderSlack(silent, SETTING))).not.toContain('People without')
    expect(shown(renderSlack(aCard(), SETTING)).match(/6 sent, 0 processed since/g)).toHaveLength(1)
    expect(shown(renderSlack(aCard(), SETTING))).not.toContain('•')
    const spike = { title: '7 of the last 9 onboarding e-mails failed', sinceMs: INCIDENT_DAY_MS }
    expect(shown(renderSlack(withFigures({ findings: [spike] }), SETTING))).toContain(`• ${spike.title}`)
  })

  test('names who acknowledged and who closed it', () => {
    const by = { atMs: INCIDENT_DAY_MS, by: 'Rita Responder' }
    const card = aCard({ state: 'resolved', acknowledged: by, resolved: { ...by, by: 'spillway' } })
    expect(shown(renderSlack(card, SETTING))).toContain('acknowledged by Rita Responder')
    expect(shown(renderSlack(card, SETTING))).toContain('closed by Spillway')
    expect(shown(renderSlack(card, SETTING))).not.toContain('nobody')
  })
})

describe('an entry of the story', () => {
  test('says who and when, and names the incident only where the thread does not', () => {
    const inThread = renderSlack(aStory({ truth: 'healing', text: 'redrive started' }), SETTING)
    expect(inThread.text).toBe('◔ redrive started')
    expect(shown(inThread)).toContain('Rita Responder')
    expect(shown(inThread)).not.toContain('INC-7')
    const inChannel = renderSlack(aStory({ isBroadcast: true }), SETTING)
    expect(inChannel.text).toBe('INC-7: acknowledged it')
    expect(shown(inChannel)).toContain('INC-7')
  })
})

describe('what comes from outside', () => {
  test('shows itself and pings nobody', () => {
    const title = '<!channel> a & b <https://evil.example|click>\n*now*'
    const message = renderSlack(withFigures({ headline: title }), SETTING)
    expect(message.text).toContain('&lt;!channel&gt; a &amp; b &lt;https://evil.example|click&gt; *now*')
    expect(shown(message)).not.toContain('<!channel>')
    expect(shown(renderSlack(aStory({ text: title, actor: '<@U1>' }), SETTING))).not.toMatch(/<!channel>|<@U1>/)
  })

  test('keeps to Slack’s limits, however much there is', () => {
    const long = '&<>é🚰 '.repeat(3000)
    const card = aCard({
      title: long,
      acknowledged: { atMs: INCIDENT_DAY_MS, by: long },
      figures: {
        ...aCard().figures,
        headline: long,
        queues: Array.from({ length: 60 }, () => ({ name: 'q', label: long, sent: 1, deleted: 1, dlq: 1 })),
        findings: Array.from({ length: 60 }, () => ({ title: `other ${long}`, sinceMs: INCIDENT_DAY_MS })),
      },
    })
    for (const message of [renderSlack(card, SETTING), renderSlack(aStory({ text: long }), SETTING)]) {
      expect(message.blocks.length).toBeLessThanOrEqual(50)
      expect(Math.max(...textsOf(message.blocks).map((text) => text.length))).toBeLessThanOrEqual(3000)
      expect(message.text.length).toBeLessThanOrEqual(4000)
      expect(message.text).not.toMatch(/&(?!amp;|lt;|gt;)/)
      for (const block of message.blocks)
        if (Array.isArray(block['fields'])) {
          expect(block['fields'].length).toBeLessThanOrEqual(10)
          expect(Math.max(...textsOf(block['fields']).map((text) => text.length))).toBeLessThanOrEqual(2000)
        }
    }
    expect(shown(renderSlack(card, SETTING))).toContain('more queues')
    expect(shown(renderSlack(card, SETTING))).toContain('and 54 more findings')
  })

  test('has a text of its own even when there is nothing to say', () => {
    expect(renderSlack(aCard({ title: '', figures: { ...aCard().figures, headline: '' } }), SETTING).text).toMatch(
      /INC-7/,
    )
  })
})
