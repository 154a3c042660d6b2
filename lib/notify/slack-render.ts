import { incidentName } from '#lib/domain/incident.ts'
import { routes } from '#lib/domain/routes.ts'
import type { IncidentCard, IncidentStory, SlackMessagePayload } from '#lib/domain/slack-message.ts'
import type { Truth } from '#lib/domain/truth.ts'
import { escapeMrkdwn, MOST_SECTION, slackTime } from './slack-text.ts'
import { cardFields, cardFindings } from './slack-figures.ts'

/** A part of a message in Slack's Block Kit. */
export type SlackBlock = Readonly<Record<string, unknown>> & { readonly type: string }

export interface RenderedMessage {
  /** For notifications and for readers without blocks; never empty. mrkdwn. */
  readonly text: string
  readonly blocks: readonly SlackBlock[]
}

export interface RenderSetting {
  /** Address of Spillway, with or without a slash at its end. */
  readonly baseUrl: string
  readonly timeZone: string
}

const MOST_SENTENCE = 1200

const SHAPES: Readonly<Record<Truth, string>> = { ok: '●', bad: '◆', unknown: '▨', muted: '⊘', healing: '◔' }

/** What Slack is to show of a payload. Pure: the same payload always gives the same message. */
export function renderSlack(payload: SlackMessagePayload, setting: RenderSetting): RenderedMessage {
  return payload.kind === 'card' ? renderCard(payload, setting) : renderStory(payload, setting)
}

function renderCard(card: IncidentCard, setting: RenderSetting): RenderedMessage {
  const name = incidentName(card.incident)
  const { shape, words } = stateOf(card, setting.timeZone)
  // The sentence is said word for word, since the page that the link leads to says the same.
  const sentence =
    escapeMrkdwn(card.figures.headline, MOST_SENTENCE) || `${name} · ${escapeMrkdwn(card.title, MOST_SENTENCE)}`
  const fields = cardFields(card)
  const findings = cardFindings(card, setting.timeZone)
  return {
    text: `${shape} ${words}: ${sentence}`,
    blocks: [
      section(`${shape} *${words}*\n*${sentence}*`),
      ...(fields.length === 0 ? [] : [{ type: 'section', fields: fields.map(mrkdwn) }]),
      ...(findings === '' ? [] : [section(findings)]),
      context(historyOf(card, setting.timeZone)),
      openButton(card, name, setting.baseUrl),
    ],
  }
}

function renderStory(story: IncidentStory, { timeZone }: RenderSetting): RenderedMessage {
  const shape = story.truth === null ? '' : `${SHAPES[story.truth]} `
  const name = incidentName(story.incident)
  const words = `${shape}${escapeMrkdwn(story.text, MOST_SECTION - shape.length)}`
  return {
    text: story.isBroadcast ? `${name}: ${words}` : words,
    blocks: [
      section(words),
      // In the channel itself nothing else says which incident it is about.
      context([...(story.isBroadcast ? [name] : []), slackTime(story.atMs, timeZone), actorOf(story.actor)]),
    ],
  }
}

/** What cannot be seen comes before all else: it must never look resolved, nor as sure as bad news. */
function stateOf(card: IncidentCard, timeZone: string): { readonly shape: string; readonly words: string } {
  if (card.blindSinceMs !== null)
    return { shape: SHAPES.unknown, words: `Data lost, state unknown since ${slackTime(card.blindSinceMs, timeZone)}` }
  if (card.state === 'resolved') {
    const at = card.resolved === null ? '' : ` ${slackTime(card.resolved.atMs, timeZone)}`
    return { shape: SHAPES.ok, words: `Resolved${at}` }
  }
  const since = `since ${slackTime(card.sinceMs, timeZone)}`
  if (card.healingMs !== null) return { shape: SHAPES.healing, words: `Being healed, bad ${since}` }
  return { shape: SHAPES.bad, words: `Bad ${since}` }
}

function historyOf(card: IncidentCard, timeZone: string): readonly string[] {
  const { acknowledged, resolved } = card
  return [
    `Opened ${slackTime(card.openedMs, timeZone)}`,
    acknowledged === null
      ? card.state === 'open'
        ? 'nobody has acknowledged it'
        : null
      : `acknowledged by ${actorOf(acknowledged.by)} ${slackTime(acknowledged.atMs, timeZone)}`,
    resolved === null ? null : `closed by ${actorOf(resolved.by)} ${slackTime(resolved.atMs, timeZone)}`,
    `figures of ${slackTime(card.figures.atMs, timeZone)}`,
  ].filter((words) => words !== null)
}

function actorOf(actor: string): string {
  return actor === 'spillway' ? 'Spillway' : escapeMrkdwn(actor, 80)
}

/** The one link leads to the incident as it was when this was told. */
function openButton(card: IncidentCard, name: string, baseUrl: string): SlackBlock {
  const path = routes.incident(name, { fromMs: card.sinceMs, toMs: card.figures.atMs })
  return {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: 'open_incident',
        text: { type: 'plain_text', text: `Open ${name}` },
        url: `${baseUrl.replace(/\/$/, '')}${path}`,
      },
    ],
  }
}

function mrkdwn(text: string): { readonly type: 'mrkdwn'; readonly text: string } {
  return { type: 'mrkdwn', text }
}

function section(text: string): SlackBlock {
  return { type: 'section', text: mrkdwn(text) }
}

function context(parts: readonly string[]): SlackBlock {
  return { type: 'context', elements: [mrkdwn(parts.join(' · '))] }
}
