import { randomUUID } from 'node:crypto'

import { escapeHtml } from '#world/reply.ts'

import type { TemporaryKeys } from './temporary-keys.ts'

/** A role that may be assumed, as its trust policy says. */
export interface TrustedRole {
  readonly arn: string
  /** Asked for where it is given. */
  readonly externalId?: string
}

export interface StsAnswer {
  readonly status: number
  readonly xml: string
  /** For the log: the error's code, or the key that was given. */
  readonly result: string
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'
const STANDARD_SECONDS = 3_600

/** Answers AssumeRole of the AWS Query protocol, which STS speaks. */
export function assumeRole(form: URLSearchParams, roles: readonly TrustedRole[], keys: TemporaryKeys): StsAnswer {
  if (form.get('Action') !== 'AssumeRole') return refuse(400, 'InvalidAction', 'Only AssumeRole is known here.')
  const arn = form.get('RoleArn') ?? ''
  const session = form.get('RoleSessionName') ?? ''
  if (!/^[\w+=,.@-]{2,64}$/.test(session))
    return refuse(400, 'ValidationError', 'RoleSessionName does not satisfy its pattern.')
  const role = roles.find((each) => each.arn === arn)
  if (role === undefined || (role.externalId !== undefined && role.externalId !== form.get('ExternalId')))
    return refuse(
      403,
      'AccessDenied',
      `User: arn:aws:iam::000000000000:user/spillway is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    )
  const account = arn.split(':')[4] ?? ''
  const key = keys.issue(account, Number(form.get('DurationSeconds') ?? STANDARD_SECONDS))
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const xml = `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROASANDBOX:${escapeHtml(session)}</AssumedRoleId><Arn>arn:aws:sts::${account}:assumed-role/${escapeHtml(name)}/${escapeHtml(session)}</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>${key.accessKeyId}</AccessKeyId><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey><SessionToken>${key.sessionToken}</SessionToken><Expiration>${new Date(key.expiresAtMs).toISOString()}</Expiration></Credentials>
</AssumeRoleResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></AssumeRoleResponse>`
  return { status: 200, xml, result: key.accessKeyId }
}

function refuse(status: number, code: string, message: string): StsAnswer {
  const xml = `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeHtml(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`
  return { status, xml, result: code }
}
