import { z } from 'zod'

import { findChannel, SLACK_CHANNELS } from './message-store.ts'
import type { SlackChannel, SlackMessage, SlackStore } from './message-store.ts'

export const BOT_USER = 'U0SPILLWAY'
const MOST_BLOCKS = 50
const MOST_TEXT = 40_000

/** An `ok: false` answer; Slack sends it with status 200. */
export class SlackError extends Error {
  override readonly name = 'SlackError'
}

const flag = z.union([z.boolean(), z.stringbool()])
/** Form posts carry JSON as text, JSON posts as it is. */
const jsonValue = z.preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), z.unknown())
const blocksSchema = z.preprocess(
  (value) => (typeof value === 'string' ? parseJson(value) : value),
  z.array(z.unknown()),
)
const postSchema = z.object({
  channel: z.string(),
  text: z.string().default(''),
  blocks: blocksSchema.default([]),
  thread_ts: z.string().optional(),
  reply_broadcast: flag.default(false),
  metadata: jsonValue.optional(),
})
const updateSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  text: z.string().optional(),
  blocks: blocksSchema.optional(),
  metadata: jsonValue.optional(),
})
const listSchema = z.object({
  channel: z.string(),
  ts: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(999).default(100),
  oldest: z.string().default('0'),
  latest: z.string().optional(),
  inclusive: flag.default(false),
  include_all_metadata: flag.default(false),
})
const deleteSchema = z.object({ channel: z.string(), ts: z.string() })
const reactionSchema = z.object({ channel: z.string(), timestamp: z.string(), name: z.string() })

export interface MethodContext {
  readonly store: SlackStore
  readonly nowMs: number
  readonly baseUrl: string
}

type Method = (body: unknown, context: MethodContext) => object

/** Web API methods by name. */
export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': (_body, { baseUrl }) => ({
    url: `${baseUrl}/`,
    team: 'Sandbox',
    user: 'spillway',
    team_id: 'T0SANDBOX',
    user_id: BOT_USER,
    bot_id: 'B0SPILLWAY',
  }),
  'conversations.list': () => ({
    channels: SLACK_CHANNELS.map((channel) => ({ ...channel, is_channel: true, is_member: true, is_archived: false })),
    response_metadata: { next_cursor: '' },
  }),
  'chat.postMessage': postMessage,
  'chat.update': updateMessage,
  'chat.delete': (body, { store }) => {
    const { channel, ts } = parse(deleteSchema, body)
    if (!store.remove(channelById(channel).id, ts)) throw new SlackError('message_not_found')
    return { channel, ts }
  },
  'conversations.history': (body, { store }) => {
    const request = parse(listSchema, body)
    return page(store.history(channelById(request.channel).id), request)
  },
  'conversations.replies': (body, { store }) => {
    const request = parse(listSchema, body)
    const thread = store.thread(channelById(request.channel).id, request.ts ?? '')
    if (thread.length === 0) throw new SlackError('thread_not_found')
    return page(thread, request)
  },
  'reactions.add': (body, { store }) => {
    const { channel, name, timestamp } = parse(reactionSchema, body)
    const message = messageOf(store, channelById(channel), timestamp)
    if (message.reactions.includes(name)) throw new SlackError('already_reacted')
    message.reactions.push(name)
    return {}
  },
}

function postMessage(body: unknown, { nowMs, store }: MethodContext): object {
  const request = parse(postSchema, body)
  const channel = channelOf(request.channel)
  checkContent(request.text, request.blocks)
  // As Slack does: a reply to a message that is gone becomes a message of its own, silently.
  const parent = request.thread_ts === undefined ? undefined : store.get(channel.id, request.thread_ts)
  const message = store.post(
    {
      channel: channel.id,
      user: BOT_USER,
      text: request.text,
      blocks: request.blocks,
      threadTs: parent?.ts ?? null,
      isBroadcast: parent !== undefined && request.reply_broadcast,
      metadata: request.metadata ?? null,
    },
    nowMs,
  )
  if (parent !== undefined) parent.threadTs = parent.ts
  return { channel: channel.id, ts: message.ts, message: renderMessage(message, store, true) }
}

function updateMessage(body: unknown, { nowMs, store }: MethodContext): object {
  const request = parse(updateSchema, body)
  const channel = channelById(request.channel)
  const message = messageOf(store, channel, request.ts)
  checkContent(request.text ?? '', request.blocks ?? [])
  message.edits.push({ ts: (nowMs / 1000).toFixed(6), text: message.text })
  message.text = request.text ?? message.text
  message.blocks = request.blocks ?? message.blocks
  if (request.metadata !== undefined) message.metadata = request.metadata
  return { channel: channel.id, ts: message.ts, text: message.text, message: renderMessage(message, store, true) }
}

function checkContent(text: string, blocks: readonly unknown[]): void {
  if (text === '' && blocks.length === 0) throw new SlackError('no_text')
  if (text.length > MOST_TEXT) throw new SlackError('msg_too_long')
  if (blocks.length > MOST_BLOCKS) throw new SlackError('invalid_blocks')
}

function page(all: readonly SlackMessage[], request: z.output<typeof listSchema>): object {
  const { inclusive, oldest } = request
  const latest = request.latest ?? '9999999999'
  const isInside = (ts: string): boolean =>
    inclusive
      ? Number(ts) >= Number(oldest) && Number(ts) <= Number(latest)
      : Number(ts) > Number(oldest) && Number(ts) < Number(latest)
  const wanted = all.filter((message) => isInside(message.ts))
  const offset = request.cursor === undefined || request.cursor === '' ? 0 : Number(request.cursor)
  if (!Number.isInteger(offset)) throw new SlackError('invalid_cursor')
  const end = offset + request.limit
  const hasMore = end < wanted.length
  return {
    messages: wanted.slice(offset, end).map((message) => renderMessage(message, null, request.include_all_metadata)),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(end) : '' },
  }
}

function renderMessage(message: SlackMessage, store: SlackStore | null, hasMetadata: boolean): object {
  const edit = message.edits.at(-1)
  const replies = store === null ? [] : store.thread(message.channel, message.ts).slice(1)
  return {
    type: 'message',
    user: message.user,
    bot_id: 'B0SPILLWAY',
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(replies.length > 0 ? { reply_count: replies.length } : {}),
    ...(edit === undefined ? {} : { edited: { user: message.user, ts: edit.ts } }),
    ...(hasMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map((name) => ({ name, count: 1, users: [message.user] })) }
      : {}),
  }
}

function channelOf(idOrName: string): SlackChannel {
  const channel = findChannel(idOrName)
  if (channel === undefined) throw new SlackError('channel_not_found')
  return channel
}

/** Only posting takes a name: every other method knows a channel by its id alone. */
function channelById(id: string): SlackChannel {
  const channel = SLACK_CHANNELS.find((each) => each.id === id)
  if (channel === undefined) throw new SlackError('channel_not_found')
  return channel
}

function messageOf(store: SlackStore, channel: SlackChannel, ts: string): SlackMessage {
  const message = store.get(channel.id, ts)
  if (message === undefined) throw new SlackError('message_not_found')
  return message
}

function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new SlackError('invalid_arguments')
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SlackError('invalid_json')
  }
}
