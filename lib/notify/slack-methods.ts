import { z } from 'zod'
import { NotifyError, type NotifyContext } from './define-notifier.ts'
import { callSlack, type SlackCall } from './slack-client.ts'
import type { RenderedMessage } from './slack-render.ts'

/** Entries a page; Slack recommends at most 200. */
const PAGE_SIZE = 200
/** Ends a server that pages for ever. */
const MOST_PAGES = 500

export interface SlackMetadata {
  readonly event_type: string
  readonly event_payload: Readonly<Record<string, string>>
}

const ts = z.string().regex(/^\d+\.\d+$/)
const listedMessage = z.looseObject({
  ts,
  bot_id: z.string().optional(),
  metadata: z.looseObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
})
export type ListedMessage = z.output<typeof listedMessage>

const posted = z.object({ channel: z.string(), ts, message: z.looseObject({ thread_ts: z.string().optional() }) })
const whoAmI = z.object({ bot_id: z.string(), team: z.string().optional() })
const next = z.object({ next_cursor: z.string().optional() }).optional()
const messagePage = z.object({ messages: z.array(listedMessage), response_metadata: next })
const channelPage = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string() })),
  response_metadata: next,
})

/** Who the token speaks as. */
export async function authTest(context: NotifyContext): Promise<{ readonly botId: string }> {
  const { bot_id: botId } = await callSlack(
    { method: 'auth.test', args: {}, encoding: 'form', schema: whoAmI },
    context,
  )
  return { botId }
}

interface Post extends RenderedMessage {
  readonly channel: string
  readonly metadata: SlackMetadata
  /** The message below which it is told; null for one of its own. */
  readonly threadTs: string | null
  readonly isBroadcast: boolean
}

/** Posts a message. `threadTs` of the answer is null where Slack put it into the channel by itself, also when a thread was asked for. */
export async function postMessage(
  post: Post,
  context: NotifyContext,
): Promise<{ readonly ts: string; readonly threadTs: string | null }> {
  const { channel, text, blocks, metadata, threadTs, isBroadcast } = post
  const args = {
    channel,
    text,
    blocks,
    metadata,
    unfurl_links: false,
    unfurl_media: false,
    ...(threadTs === null ? {} : { thread_ts: threadTs, reply_broadcast: isBroadcast }),
  }
  const answer = await callSlack({ method: 'chat.postMessage', args, encoding: 'json', schema: posted }, context)
  return { ts: answer.ts, threadTs: answer.message.thread_ts ?? null }
}

/** Puts another text in the place of a message's. */
export async function updateMessage(
  update: RenderedMessage & { readonly channel: string; readonly ts: string; readonly metadata: SlackMetadata },
  context: NotifyContext,
): Promise<void> {
  await callSlack({ method: 'chat.update', args: { ...update }, encoding: 'json', schema: z.object({ ts }) }, context)
}

/** Takes a message of the app's own away again. */
export async function deleteMessage(
  message: { readonly channel: string; readonly ts: string },
  context: NotifyContext,
): Promise<void> {
  await callSlack({ method: 'chat.delete', args: { ...message }, encoding: 'json', schema: z.object({}) }, context)
}

/** The channel's messages from `oldestMs` on, newest first, up to the first for which `isIt`; undefined when there is none. */
export async function findInHistory(
  channel: string,
  oldestMs: number,
  isIt: (message: ListedMessage) => boolean,
  context: NotifyContext,
): Promise<ListedMessage | undefined> {
  const args = { channel, oldest: (oldestMs / 1000).toFixed(6), inclusive: true, include_all_metadata: true }
  return findOnPages({ method: 'conversations.history', args, encoding: 'form', schema: messagePage }, isIt, context)
}

/** The replies below a message, up to the first for which `isIt`; undefined when there is none, or no such thread. */
export async function findInThread(
  place: { readonly channel: string; readonly ts: string },
  isIt: (message: ListedMessage) => boolean,
  context: NotifyContext,
): Promise<ListedMessage | undefined> {
  const args = { ...place, include_all_metadata: true }
  return findOnPages({ method: 'conversations.replies', args, encoding: 'form', schema: messagePage }, isIt, context)
}

async function findOnPages(
  call: SlackCall<z.output<typeof messagePage>>,
  isIt: (message: ListedMessage) => boolean,
  context: NotifyContext,
): Promise<ListedMessage | undefined> {
  for await (const { messages } of pagesOf(call, context)) {
    const found = messages.find(isIt)
    if (found !== undefined) return found
  }
  return undefined
}

/** The id of a public channel by its name: only posting takes a name. */
export async function channelIdOf(name: string, context: NotifyContext): Promise<string> {
  const args = { exclude_archived: true, types: 'public_channel' }
  for await (const { channels } of pagesOf(
    { method: 'conversations.list', args, encoding: 'form', schema: channelPage },
    context,
  )) {
    const found = channels.find((channel) => channel.name === name)
    if (found !== undefined) return found.id
  }
  throw new NotifyError(
    'refused',
    `Slack has no public channel ${name}: check slack.channel; a private channel is named by its id.`,
    { isForAll: true },
  )
}

async function* pagesOf<T extends { readonly response_metadata?: { next_cursor?: string | undefined } | undefined }>(
  call: SlackCall<T>,
  context: NotifyContext,
): AsyncGenerator<T> {
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await callSlack({ ...call, args: { ...call.args, limit: PAGE_SIZE, cursor } }, context)
    yield answer
    cursor = answer.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') return
  }
  throw new NotifyError('unreachable', `Slack gave more than ${MOST_PAGES} pages at ${call.method}.`)
}
