'use server'
import { z } from 'zod'
import { AppError } from '#lib/domain/errors.ts'
import { countShapes, type MessageAttribute } from '#lib/domain/message-shape.ts'
import { insertLook } from '#lib/store/looks.ts'
import { listQueues } from '#lib/store/queues.ts'
import { defineAction } from './define-action.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

const LINE =
  /^(?<name>[A-Za-z0-9_.-]{1,256})\s+(?<type>(?:String|Number|Binary)(?:\.[\w.-]{1,240})?)(?:\s+(?<value>.+))?$/u

/** Attributes as a person types them: one a line, name, type and value with blanks between. */
const attributes = z
  .string()
  .max(20_000)
  .transform((text, context): MessageAttribute[] => {
    const lines = text.split('\n').map((line) => line.trim())
    return lines.flatMap((line, index) => {
      if (line === '') return []
      const { name, type, value } = LINE.exec(line)?.groups ?? {}
      if (name !== undefined && type !== undefined) return [{ name, type, value: value ?? null }]
      const message = `line ${index + 1} is not a name, a type (String, Number or Binary) and a value`
      context.addIssue({ code: 'custom', message })
      return []
    })
  })

/** Keeps what a message that was processed well looks like, to compare stuck ones with. The message itself is not kept. */
export const keepGoodSample = defineAction({
  name: 'keep-good-sample',
  role: 'operator',
  input: z.strictObject({
    queue: z.string().min(1).max(MOST_NAME_LETTERS),
    attributes,
    body: z.string().min(1, 'is empty; paste the body of the message').max(1_048_576),
  }),
  detail: ({ queue, attributes: given, body }) => ({ queue, attributes: given.length, characters: body.length }),
  run: async ({ queue, attributes: given, body }, { tx, person, nowMs, touch }) => {
    if (!(await listQueues(tx)).some(({ name }) => name === queue))
      throw new AppError('not_found', `queue: SQS has told Spillway of no queue named ${queue}.`)
    const made = { queue, atMs: nowMs, kind: 'sample', by: person.name, isHealthy: true, read: 1 } as const
    const nowhere = { about: null, inFlight: null, firstSentMs: null, lastSentMs: null }
    await insertLook(tx, { ...made, ...nowhere }, countShapes([{ attributes: given, body }]))
    touch('looks', `queue:${queue}`)
    return { kept: 1 }
  },
})
