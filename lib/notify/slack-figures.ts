import { counted, figure } from '#lib/domain/count-words.ts'
import type { IncidentQueueFigures } from '#lib/domain/incident-figures.ts'
import type { IncidentCard } from '#lib/domain/slack-message.ts'
import { escapeMrkdwn, MOST_FIELD, slackTime } from './slack-text.ts'

/** Fields that Slack takes in one section. */
const MOST_FIELDS = 10
const MOST_FINDINGS = 6
const MOST_FINDING = 300
const MOST_LABEL = 120

const SEVERITY_WORDS: Readonly<Record<IncidentCard['severity'], string>> = {
  low: 'Low: nobody known to be affected',
  high: 'High',
  critical: 'Critical',
}

/** The figures as short fields: severity, people, then one field a queue. What is not known says so and is never a zero. */
export function cardFields(card: IncidentCard): readonly string[] {
  const { people, queues } = card.figures
  const without = people.without === null ? 'not known' : figure(people.without)
  // Where people are no question, a figure of them would only claim that somebody looked.
  const isAboutPeople = people.without !== null || people.affected > 0
  const first = [
    `*Severity*\n${SEVERITY_WORDS[card.severity]}`,
    ...(isAboutPeople
      ? [`*People without their e-mail*\n${without}, of them because of this ${figure(people.sinceIncident)}`]
      : []),
  ]
  const room = MOST_FIELDS - first.length
  const shown = queues.length > room ? queues.slice(0, room - 1) : queues
  const rest = queues.length - shown.length
  return [...first, ...shown.map(queueField), ...(rest === 0 ? [] : [`*And ${counted(rest, 'more queue')}*`])]
}

function queueField({ label, sent, deleted, dlq }: IncidentQueueFigures): string {
  const parts = [
    `${known(sent)} sent`,
    `${known(deleted)} processed`,
    ...(dlq === null ? [] : [counted(dlq, 'dead letter')]),
  ]
  return `*${escapeMrkdwn(label, MOST_LABEL)}*\n${parts.join(', ')}`.slice(0, MOST_FIELD)
}

function known(count: number | null): string {
  return count === null ? 'unknown' : figure(count)
}

/** What was found besides what the sentence says, one line each; empty text when nothing is. */
export function cardFindings(card: IncidentCard, timeZone: string): string {
  const { headline } = card.figures
  const findings = card.figures.findings.filter(({ title }) => !headline.includes(title))
  const lines = findings
    .slice(0, MOST_FINDINGS)
    .map(({ title, sinceMs }) => `• ${escapeMrkdwn(title, MOST_FINDING)}, since ${slackTime(sinceMs, timeZone)}`)
  const rest = findings.length - lines.length
  return [...lines, ...(rest > 0 ? [`and ${counted(rest, 'more finding')}`] : [])].join('\n')
}
