import { z } from 'zod'

const place = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'is not a short name such as ireland: small letters, digits and hyphens')
    .refine((name) => name !== 'home', 'is taken: home stands for AWS_REGION and the process’s own credentials')
    .describe(
      'What the place is called on pages: its queue orders is orders@<name>, also in flow, services and redrive.',
    ),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'is not a region such as eu-west-1')
    .describe('Region of its queues.'),
  roleArn: z
    .string()
    .regex(
      /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      'is not the ARN of a role such as arn:aws:iam::111122223333:role/spillway',
    )
    .optional()
    .describe(
      'Role that Spillway assumes there by sts:AssumeRole; without it the place is another region of its own account.',
    ),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'is not an external id')
    .optional()
    .describe('External id that the role’s trust policy asks for.'),
  cloudwatch: z
    .boolean()
    .default(true)
    .describe('Whether metrics and alarms are read there too; metrics cost money. Without them only depths are known.'),
})

/** Where else there are queues, besides AWS_REGION with the process's own credentials. */
export const aws = z
  .strictObject({
    places: z
      .array(place)
      .max(50)
      .default([])
      .refine((places) => isUnique(places.map(({ name }) => name)), 'names two places alike')
      .refine(
        (places) => isUnique(places.map(({ region, roleArn }) => `${region} ${roleArn?.split(':')[4] ?? ''}`)),
        'names one region of one account twice',
      )
      .describe('Further regions, and accounts by a role that is assumed.'),
  })
  .prefault({})
  .describe('Where else queues are, besides AWS_REGION with the process’s own credentials.')

function isUnique(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length
}
