import { z } from 'zod'
import { TOLD_KINDS } from '#lib/domain/incident-card.ts'
import type { SlackMessage } from '#world/slack/message-store.ts'
import type { World } from '#world/world.ts'

/** The channel that the sandbox's settings name. */
const CHANNEL = 'C0INCIDENT'
const TOLD: readonly string[] = TOLD_KINDS

/** What is judged of an incident, as Spillway shows it. */
export interface ShownIncident {
  /** `INC-7`. */
  readonly name: string
  /** It is about a source that Spillway cannot see. */
  readonly isBlind: boolean
  readonly story: readonly { readonly id: number; readonly kind: string; readonly text: string }[]
}

const metadata = z.object({
  event_type: z.string(),
  event_payload: z.object({ incident: z.string(), key: z.string().optional() }),
})

/**
 * Names each difference between what Spillway shows of its incidents and what stands in the channel: each incident is one message, each
 * entry of its story one reply below it, and nothing else is there. Empty when they agree.
 */
export function slackDifferences(world: World, incidents: readonly ShownIncident[]): string[] {
  const inChannel = world.slack.store.history(CHANNEL).filter(({ isBroadcast }) => !isBroadcast)
  const names = new Set(incidents.map(({ name }) => name))
  const strangers = inChannel.filter((message) => !names.has(incidentOf(message) ?? ''))
  return [
    ...strangers.map(({ text }) => `in the channel and of no incident: ${text}`),
    ...incidents.flatMap((incident) => ofIncident(world, incident, inChannel)),
  ]
}

function ofIncident(world: World, { name, story }: ShownIncident, inChannel: readonly SlackMessage[]): string[] {
  const roots = inChannel.filter((message) => incidentOf(message) === name)
  const [root] = roots
  if (root === undefined || roots.length > 1) return [`${name} has ${roots.length} messages in the channel`]
  const replies = world.slack.store.thread(CHANNEL, root.ts).filter(({ ts }) => ts !== root.ts)
  const keys = replies.map(({ metadata: told }) => metadata.safeParse(told).data?.event_payload.key ?? 'no key')
  const wanted = new Set(story.filter(({ kind }) => TOLD.includes(kind)).map(({ id }) => `${name}:entry:${id}`))
  const toldCount = story.filter(({ kind }) => kind === 'told').length
  return [
    ...(toldCount === 1 ? [] : [`the timeline of ${name} says ${toldCount} times that it was told`]),
    ...[...wanted].filter((key) => !keys.includes(key)).map((key) => `${key} was not told`),
    ...keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} was told again`),
    ...keys.filter((key) => !wanted.has(key)).map((key) => `${key} was told and is no entry of the story`),
  ]
}

/** The incident of which this is the message; null for any other message. */
function incidentOf(message: SlackMessage): string | null {
  const { data } = metadata.safeParse(message.metadata)
  return data?.event_type === 'spillway_incident' ? data.event_payload.incident : null
}
