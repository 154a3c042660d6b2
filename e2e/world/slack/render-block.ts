import { z } from 'zod'

import { escapeHtml } from '#world/reply.ts'

import { renderMrkdwn } from './mrkdwn.ts'

const textObject = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string() })
const button = z.object({
  type: z.literal('button'),
  text: textObject,
  url: z.string().optional(),
  style: z.string().optional(),
})
const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), text: textObject }),
  z.object({ type: z.literal('divider') }),
  z.object({
    type: z.literal('section'),
    text: textObject.optional(),
    fields: z.array(textObject).optional(),
    accessory: button.optional(),
  }),
  z.object({ type: z.literal('context'), elements: z.array(textObject) }),
  z.object({ type: z.literal('actions'), elements: z.array(button) }),
])

/** A Block Kit block as HTML. A kind that this page does not know is named instead of hidden, since Slack might refuse it. */
export function renderBlock(value: unknown): string {
  const parsed = block.safeParse(value)
  if (!parsed.success) return `<p class="unknown">A block that this page cannot show</p>`
  const { data } = parsed
  if (data.type === 'header') return `<h3>${escapeHtml(data.text.text)}</h3>`
  if (data.type === 'divider') return '<hr>'
  if (data.type === 'context') return `<p class="context">${data.elements.map(renderText).join(' ')}</p>`
  if (data.type === 'actions') return `<p class="actions">${data.elements.map(renderButton).join('')}</p>`
  const text = data.text === undefined ? '' : `<p>${renderText(data.text)}</p>`
  const fields = data.fields?.map((field) => `<div>${renderText(field)}</div>`).join('') ?? ''
  const accessory = data.accessory === undefined ? '' : `<p class="actions">${renderButton(data.accessory)}</p>`
  return `${text}${fields === '' ? '' : `<div class="fields">${fields}</div>`}${accessory}`
}

function renderText(text: z.output<typeof textObject>): string {
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text) : escapeHtml(text.text)
}

function renderButton(element: z.output<typeof button>): string {
  const label = escapeHtml(element.text.text)
  const kind = element.style === undefined ? 'button' : `button ${escapeHtml(element.style)}`
  if (element.url === undefined) return `<span class="${kind}">${label}</span>`
  return `<a class="${kind}" href="${escapeHtml(element.url)}">${label}</a>`
}
