import type { Settings } from '#lib/config/settings.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { defineNotifier, NotifyError, type Delivered, type Delivery, type NotifyContext } from './define-notifier.ts'
import { forgetSlackPlace, slackPlace, type SlackPlace } from './slack-place.ts'
import {
  deleteMessage,
  findInHistory,
  findInThread,
  postMessage,
  updateMessage,
  type ListedMessage,
  type SlackMetadata,
} from './slack-methods.ts'
import { renderSlack } from './slack-render.ts'

/** Slack's clock and ours may differ: what was posted a little before the first attempt is looked at too. */
const CLOCK_MARGIN_MS = 10 * 60_000
const ROOT = 'spillway_incident'
const ENTRY = 'spillway_entry'

/** Tells incidents in one Slack channel: one message each, edited in place, its story in the thread. */
export const slack = defineNotifier({
  id: 'slack',
  title: 'Slack',
  permissions: ['chat:write', 'channels:read', 'channels:history', 'groups:history for a private channel'],
  missing: (env, settings) => {
    if (env.SLACK_BOT_TOKEN === undefined) return 'Set SLACK_BOT_TOKEN to the bot token of a Slack app.'
    return settings.slack === undefined
      ? 'Set slack.channel in spillway.yaml, e.g. #incidents, and invite the app to that channel.'
      : null
  },
  place: (settings) => `${channelName(settings)} in Slack`,
  deliver: (delivery, context) => at(context, (place) => deliver(delivery, place, context)),
  find: (delivery, sinceMs, context) => at(context, (place) => find(delivery, sinceMs, place, context)),
})

function channelName(settings: Settings): string {
  return settings.slack?.channel ?? 'a channel'
}

/** Runs `work` in the channel. What is known of the channel is forgotten when it is refused, since a person may mend it meanwhile. */
async function at<T>(context: NotifyContext, work: (place: SlackPlace) => Promise<T>): Promise<T> {
  try {
    return await work(await slackPlace(context))
  } catch (error) {
    if (error instanceof NotifyError && error.fault === 'refused') forgetSlackPlace(context)
    throw error
  }
}

async function deliver(delivery: Delivery, { channel }: SlackPlace, context: NotifyContext): Promise<Delivered> {
  const { env, settings } = context
  const rendered = renderSlack(delivery.payload, { baseUrl: env.SPILLWAY_URL, timeZone: settings.team.timeZone })
  const metadata = metadataOf(delivery, context)
  if (delivery.kind === 'update') {
    const ts = rootOf(delivery)
    await updateMessage({ channel, ts, metadata, ...rendered }, context)
    return { externalId: ts, toldMs: null }
  }
  const threadTs = delivery.kind === 'root' ? null : rootOf(delivery)
  const isBroadcast = delivery.payload.kind === 'story' && delivery.payload.isBroadcast
  const posted = await postMessage({ channel, metadata, threadTs, isBroadcast, ...rendered }, context)
  if (threadTs !== null && posted.threadTs !== threadTs) throw await orphaned(channel, posted.ts, context)
  return deliveredAs(posted.ts)
}

async function find(
  delivery: Delivery,
  sinceMs: number,
  { channel, botId }: SlackPlace,
  context: NotifyContext,
): Promise<Delivered | null> {
  if (delivery.kind === 'update') return null
  const wanted = metadataOf(delivery, context)
  const isIt = (message: ListedMessage): boolean => message.bot_id === botId && hasMetadata(message, wanted)
  const inChannel = (): Promise<ListedMessage | undefined> =>
    findInHistory(channel, sinceMs - CLOCK_MARGIN_MS, isIt, context)
  if (delivery.kind === 'root') return deliveredOf(await inChannel())
  try {
    return deliveredOf(await findInThread({ channel, ts: rootOf(delivery) }, isIt, context))
  } catch (error) {
    if (!(error instanceof NotifyError) || error.fault !== 'gone') throw error
    const orphan = await inChannel()
    throw orphan === undefined ? error : await orphaned(channel, orphan.ts, context)
  }
}

/** A message's `ts` is its name and the moment at which Slack took it. */
function deliveredAs(ts: string): Delivered {
  return { externalId: ts, toldMs: Math.round(Number(ts) * 1000) }
}

function deliveredOf(message: ListedMessage | undefined): Delivered | null {
  return message === undefined ? null : deliveredAs(message.ts)
}

/** A thread cannot be told before its root: whoever delivers waits for it. */
function rootOf({ dedupeKey, rootId }: Delivery): string {
  if (rootId === null) throw new Error(`${dedupeKey} was to be told before its incident`)
  return rootId
}

/** Where the parent is gone, Slack puts a reply into the channel, silently. There it would tell nobody what it is about, so it is taken away. */
async function orphaned(channel: string, ts: string, context: NotifyContext): Promise<NotifyError> {
  await deleteMessage({ channel, ts }, context).catch((error: unknown) => {
    // What cannot be taken away stays; the reply counts as told to nobody either way.
    if (!(error instanceof NotifyError)) throw error
  })
  return new NotifyError('gone', 'The incident’s message is no more in Slack, so that nothing can be told below it.')
}

/** What tells a message from all others; several Spillways may tell in one channel. */
function metadataOf({ kind, dedupeKey, payload }: Delivery, { env }: NotifyContext): SlackMetadata {
  const owner = { incident: incidentName(payload.incident), spillway: env.SPILLWAY_URL }
  return kind === 'thread'
    ? { event_type: ENTRY, event_payload: { ...owner, key: dedupeKey } }
    : { event_type: ROOT, event_payload: owner }
}

function hasMetadata({ metadata }: ListedMessage, wanted: SlackMetadata): boolean {
  if (metadata?.event_type !== wanted.event_type) return false
  return Object.entries(wanted.event_payload).every(([key, value]) => metadata.event_payload[key] === value)
}
