import type { Env } from '#lib/config/env.ts'
import type { NotifyContext } from './define-notifier.ts'
import { authTest, channelIdOf } from './slack-methods.ts'

/** Where and as whom Spillway speaks in Slack. */
export interface SlackPlace {
  /** Id of the channel: everything but posting wants the id. */
  readonly channel: string
  /** Only the app's own messages are believed when it looks for one. */
  readonly botId: string
}

const CHANNEL_ID = /^[CG][A-Z0-9]{7,}$/

/** One place an environment, asked of Slack once. Never more than what can be asked again. */
const known = new WeakMap<Env, SlackPlace>()

/** The channel of the settings and the app's own id. Throws `NotifyError`. */
export async function slackPlace(context: NotifyContext): Promise<SlackPlace> {
  const place = known.get(context.env)
  if (place !== undefined) return place
  const { botId } = await authTest(context)
  const named = context.settings.slack?.channel.replace(/^#/, '') ?? ''
  const found = { botId, channel: CHANNEL_ID.test(named) ? named : await channelIdOf(named, context) }
  known.set(context.env, found)
  return found
}

export function forgetSlackPlace({ env }: Pick<NotifyContext, 'env'>): void {
  known.delete(env)
}
