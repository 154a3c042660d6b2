import { z } from 'zod'
import type { SlackMessage } from '#world/slack/message-store.ts'
import type { World } from '#world/world.ts'

const texts = z.object({ text: z.string() })
const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('section'), text: texts.optional(), fields: z.array(texts).optional() }),
  z.object({ type: z.literal('context'), elements: z.array(texts) }),
  z.object({ type: z.literal('actions'), elements: z.array(z.object({ url: z.string() })) }),
])

/** What people read in Slack of an incident. */
export interface SlackCard {
  readonly message: SlackMessage
  /** The sentence in bold. */
  readonly sentence: string
  /** The second line of each field by its first, e.g. `profile-created` → `8 sent, 0 processed`. */
  readonly fields: ReadonlyMap<string, string>
  /** Where its button leads. */
  readonly url: string
}

/** What was told below a message, oldest first. */
export function repliesTo(world: World, message: SlackMessage): string[] {
  return world.slack.store
    .thread(message.channel, message.ts)
    .filter((each) => each.ts !== message.ts)
    .map(({ text }) => text)
}

export function readCard(message: SlackMessage): SlackCard {
  const blocks = z.array(block).parse(message.blocks)
  const sections = blocks.filter((each) => each.type === 'section')
  const [, sentence = ''] = /\n\*(.*)\*$/s.exec(sections[0]?.text?.text ?? '') ?? []
  const fields = sections.flatMap((section) => section.fields ?? []).map(({ text }) => text.split('\n'))
  const [button] = blocks.filter((each) => each.type === 'actions').flatMap(({ elements }) => elements)
  return {
    message,
    sentence,
    fields: new Map(fields.map(([title = '', value = '']) => [title.replaceAll('*', ''), value])),
    url: button?.url ?? '',
  }
}
