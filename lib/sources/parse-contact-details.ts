import { z } from 'zod'
import type { SourceAddress } from '#lib/domain/source-address.ts'
import { wordsOfIssue } from './parse-history.ts'
import { reference } from './reference.ts'

/** A record as TIS publishes it: `{"tisId":"900042","record":{"table":"ContactDetails","data":{"email":null}}}`. Of the address nothing but its presence leaves this file. */
const contactDetailsSchema = z.object({
  tisId: reference,
  record: z.object({
    data: z.object({
      email: z
        .string()
        .nullable()
        .transform((email) => email !== null && email.trim() !== ''),
    }),
  }),
})

/** True for a record, as opposed to a profile that was created. */
export function isRecord(json: unknown): boolean {
  return json !== null && typeof json === 'object' && Object.hasOwn(json, 'record')
}

/** Reads contact details; a text says which field is wrong. Details that leave the address out say nothing of it, and are refused. */
export function parseContactDetails(json: unknown, atMs: number): SourceAddress | string {
  const parsed = contactDetailsSchema.safeParse(json)
  if (!parsed.success) return wordsOfIssue(parsed.error.issues[0])
  return { ref: parsed.data.tisId, hasAddress: parsed.data.record.data.email, atMs }
}
