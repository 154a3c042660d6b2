'use server'
import { z } from 'zod'
import { AppError } from '#lib/domain/errors.ts'
import { groupName } from '#lib/domain/message-group.ts'
import { isKnownGroup, setGroupMark } from '#lib/store/message-groups.ts'
import { defineAction } from './define-action.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

const words = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `is longer than ${most} characters`)
    .transform((text) => (text === '' ? null : text))
    .nullable()

/** An address with another protocol could run a script in the page of whoever clicks it. */
const address = words(500).refine((text) => text === null || isWebAddress(text), 'is not an http(s) address')

/** Notes, owns, holds or links a group of messages that look alike. All four are given; what is empty is taken away. */
export const markGroup = defineAction({
  name: 'mark-group',
  role: 'responder',
  input: z.strictObject({
    queue: z.string().min(1).max(MOST_NAME_LETTERS),
    fingerprint: z.string().regex(/^[0-9a-f]{32}$/, 'is not the fingerprint of a group'),
    note: words(2_000),
    owner: words(100),
    isHeld: z.boolean(),
    ticketUrl: address,
  }),
  // What was written stands with the group; it may name people, whom the audit leaves out.
  detail: ({ queue, fingerprint, note, owner, isHeld, ticketUrl }) => ({
    queue,
    group: groupName(fingerprint),
    isHeld,
    noteCharacters: note?.length ?? 0,
    hasOwner: owner !== null,
    ticketUrl,
  }),
  run: async ({ queue, fingerprint, ...mark }, { tx, person, nowMs, touch }) => {
    if (!(await isKnownGroup(tx, queue, fingerprint)))
      throw new AppError('not_found', `fingerprint: no look into ${queue} saw the group ${groupName(fingerprint)}.`)
    const changes = await setGroupMark(tx, { queue, fingerprint }, mark, person.name, nowMs)
    touch('looks', `queue:${queue}`)
    return { changes: changes.length }
  },
})

function isWebAddress(text: string): boolean {
  const parsed = URL.parse(text)
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:') && parsed.username === ''
}
