import { randomUUID } from 'node:crypto'

import { z } from 'zod'

import type { Person } from './person.ts'

export const profileCreatedBody = z.object({ traineeTisId: z.string() })
export const syncRequestBody = z.object({ table: z.literal('Person'), id: z.string() })

const recordOf = <T extends z.ZodType>(data: T) =>
  z.object({ tisId: z.string(), record: z.object({ tisId: z.string(), data }) })

export const contactDetailsBody = recordOf(z.object({ id: z.string(), email: z.string().nullable() }))
export const membershipBody = recordOf(
  z.object({
    id: z.string(),
    personId: z.string(),
    programmeName: z.string(),
    programmeNumber: z.string(),
    startDate: z.string(),
    localOffice: z.string(),
  }),
)
export type Membership = z.output<typeof membershipBody>['record']['data']

/** SES feedback as its SNS topic delivers it raw. */
export const mailFeedbackBody = z.object({
  notificationType: z.enum(['Bounce', 'Complaint', 'Delivery']),
  bounce: z.object({ bounceType: z.string(), bounceSubType: z.string() }).optional(),
  complaint: z
    .object({ complaintSubType: z.string().nullable(), complaintFeedbackType: z.string().nullable() })
    .optional(),
  mail: z.object({ timestamp: z.string(), headers: z.array(z.object({ name: z.string(), value: z.string() })) }),
})
export type MailFeedback = z.output<typeof mailFeedbackBody>

/** Contact details of a person as sync publishes them after a full request. */
export function renderContactDetails(person: Person): string {
  const data = {
    id: person.tisId,
    email: person.email,
    title: 'Dr',
    forenames: person.forenames,
    surname: person.surname,
  }
  return renderRecord(person.tisId, 'ContactDetails', data)
}

export function renderMembership(person: Person): string {
  return renderRecord(person.tisId, 'ProgrammeMembership', {
    id: person.programmeMembershipId,
    personId: person.tisId,
    programmeName: person.programmeName,
    programmeNumber: person.programmeNumber,
    startDate: person.startDate,
    localOffice: person.localOffice,
  } satisfies Membership)
}

function renderRecord(tisId: string, table: string, data: object): string {
  const metadata = {
    timestamp: new Date().toISOString(),
    'record-type': 'data',
    operation: 'load',
    'partition-key-type': 'schema-table',
    'schema-name': 'tcs',
    'table-name': table,
    'transaction-id': randomUUID(),
  }
  return JSON.stringify({
    tisId,
    record: { tisId, data, metadata, type: 'DATA', operation: 'LOAD', schema: 'tcs', table },
  })
}
