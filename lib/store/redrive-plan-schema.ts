import { z } from 'zod'
import { CONDITION_TESTS, EVERYTHING, MOST_LISTED, type RedriveSelection } from '#lib/domain/redrive-selection.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'

const MOST_STEPS = 20
const MOST_OPERATIONS = 50
const MOST_CONDITIONS = 10

/** Name of a message attribute as it may stand on a message. */
export const attributeName = z.string().regex(/^[A-Za-z0-9_.-]{1,256}$/, 'is not the name of a message attribute')
/** SQS refuses these on what is sent. */
const newAttributeName = attributeName.refine(
  (name) => !/^(aws|amazon)\.|^\.|\.$|\.\./i.test(name),
  'is a name that SQS refuses: it must not begin with AWS. or Amazon., nor begin or end with a dot or have two in a row',
)
const attributeType = z
  .string()
  .max(256)
  .regex(
    /^(String|Number|Binary)(\.[A-Za-z0-9_.-]+)?$/,
    'is neither String, Number nor Binary, with or without a label of your own such as Number.int',
  )
const pointer = z
  .string()
  .max(500)
  .regex(/^(\/(?:[^~/]|~0|~1)*)*$/, 'is not a JSON Pointer such as /record/data/id')
  // The library passes over it, and would change another place than the one that is named.
  .refine((path) => !path.split('/').includes('__proto__'), 'names __proto__, which cannot be patched')

const operation = z
  .strictObject({
    op: z.enum(['add', 'remove', 'replace', 'move', 'copy', 'test']),
    path: pointer,
    from: pointer.optional(),
    value: z.json().optional(),
  })
  .refine(({ op, from }) => (op === 'move' || op === 'copy') === (from !== undefined), {
    path: ['from'],
    message: 'belongs to move and copy, and to no other operation',
  })
  .refine(({ op, value }) => ['add', 'replace', 'test'].includes(op) === (value !== undefined), {
    path: ['value'],
    message: 'belongs to add, replace and test, and to no other operation',
  })

const step = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('remove-attribute'), name: attributeName }),
  z.strictObject({ kind: z.literal('rename-attribute'), name: attributeName, to: newAttributeName }),
  z
    .strictObject({
      kind: z.literal('set-attribute'),
      name: newAttributeName,
      type: attributeType,
      value: z.string().min(1, 'is empty, which SQS refuses; remove the attribute instead').max(262_144),
    })
    .superRefine(({ type, value }, context) => {
      if (type.startsWith('Number') && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value))
        context.addIssue({ code: 'custom', path: ['value'], message: 'is not a number' })
      if (type.startsWith('Binary') && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value))
        context.addIssue({ code: 'custom', path: ['value'], message: 'is not base64, in which bytes are written here' })
    }),
  z.strictObject({ kind: z.literal('patch-body'), patch: z.array(operation).min(1).max(MOST_OPERATIONS) }),
])

/** What is done to each message, as it comes from a person and as it is stored. */
export const transformSchema: z.ZodType<RedriveTransform> = z.array(step).max(MOST_STEPS)

const condition = z
  .strictObject({
    name: z.string().min(1).max(256),
    test: z.enum(CONDITION_TESTS),
    value: z.string().max(1_000).nullable().default(null),
  })
  .refine(({ test, value }) => (test === 'equals') === (value !== null), {
    path: ['value'],
    message: 'belongs to the test equals, and to no other',
  })

const conditions = z.array(condition).max(MOST_CONDITIONS).default([])
const epochMs = z.number().int().min(0).max(8_640_000_000_000_000).nullable().default(null)

/** Which messages, as a person says it. */
export const selectionSchema = z
  .strictObject({
    sentFromMs: epochMs,
    sentBeforeMs: epochMs,
    attributes: conditions,
    fields: conditions,
    shape: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'is not the fingerprint of a shape')
      .nullable()
      .default(null),
    messageIds: z
      .array(z.string().regex(/^[\w-]{1,100}$/, 'is not the id of a message'))
      .min(1, 'is an empty list: nothing would be moved; name a message, or leave the list out')
      .max(MOST_LISTED)
      .nullable()
      .default(null),
  })
  .refine(({ sentFromMs, sentBeforeMs }) => sentFromMs === null || sentBeforeMs === null || sentFromMs < sentBeforeMs, {
    path: ['sentBeforeMs'],
    message: 'is not later than the beginning of the window: no message could match',
  })
  .transform((given): RedriveSelection => ({
    ...given,
    messageIds: given.messageIds === null ? null : [...new Set(given.messageIds)],
    listedBy: given.messageIds === null ? null : 'person',
  }))

/** Written by `insertPlan` alone, from a value of this type. */
export function transformOf(stored: unknown): RedriveTransform {
  return stored as RedriveTransform
}

/** Written by `insertPlan` alone, from a value of this type; plans from before there was a choice take everything. */
export function selectionOf(stored: unknown): RedriveSelection {
  return { ...EVERYTHING, ...(stored as Partial<RedriveSelection>) }
}
