/** A message as the sandbox's Slack keeps it. */
export interface SlackMessage {
  readonly ts: string
  readonly channel: string
  readonly user: string
  text: string
  blocks: readonly unknown[]
  /** Set on replies and on a message that has some. */
  threadTs: string | null
  /** Shown in the channel as well as in its thread. */
  readonly isBroadcast: boolean
  metadata: unknown
  edits: { readonly ts: string; readonly text: string }[]
  reactions: string[]
}

export interface SlackChannel {
  readonly id: string
  readonly name: string
}

/** Channels of the sandbox's workspace; a message names one by id or by name, with or without `#`. */
export const SLACK_CHANNELS: readonly [SlackChannel, ...SlackChannel[]] = [
  { id: 'C0INCIDENT', name: 'incidents' },
  { id: 'C0MONITOR1', name: 'monitoring' },
]

export function findChannel(idOrName: string): SlackChannel | undefined {
  const name = idOrName.replace(/^#/, '')
  return SLACK_CHANNELS.find((channel) => channel.id === idOrName || channel.name === name)
}

export class SlackStore {
  readonly #messages: SlackMessage[] = []
  #lastTs = 0

  /** `ts` is the message's id: the moment in microseconds, never twice. */
  post(message: Omit<SlackMessage, 'ts' | 'edits' | 'reactions'>, nowMs: number): SlackMessage {
    const micros = Math.max(nowMs * 1000, this.#lastTs + 1)
    this.#lastTs = micros
    const posted: SlackMessage = {
      ...message,
      ts: `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`,
      edits: [],
      reactions: [],
    }
    this.#messages.push(posted)
    return posted
  }

  get(channel: string, ts: string): SlackMessage | undefined {
    return this.#messages.find((message) => message.channel === channel && message.ts === ts)
  }

  /** As when somebody deletes it: replies find no parent any more. False when it is not there. */
  remove(channel: string, ts: string): boolean {
    const index = this.#messages.findIndex((message) => message.channel === channel && message.ts === ts)
    if (index >= 0) this.#messages.splice(index, 1)
    return index >= 0
  }

  /** What the channel itself shows, newest first: no replies but those broadcast to it. */
  history(channel: string): SlackMessage[] {
    return this.#messages
      .filter((message) => message.channel === channel && (isRoot(message) || message.isBroadcast))
      .toReversed()
  }

  /** The parent and its replies, oldest first. */
  thread(channel: string, ts: string): SlackMessage[] {
    return this.#messages.filter(
      (message) => message.channel === channel && (message.ts === ts || message.threadTs === ts),
    )
  }
}

export function isRoot(message: SlackMessage): boolean {
  return message.threadTs === null || message.threadTs === message.ts
}
