import 'server-only'
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { AwsPlace } from './places.ts'

/** A role that could not be assumed, so that nothing could be asked in its name. The reason is its `cause`. */
export class AssumeRoleError extends Error {
  readonly roleArn: string

  constructor(roleArn: string, cause: unknown) {
    super(`${roleArn} could not be assumed`, { cause })
    this.name = 'AssumeRoleError'
    this.roleArn = roleArn
  }
}

const CONNECT_TIMEOUT_MS = 3_000
const REQUEST_TIMEOUT_MS = 10_000

/**
 * Credentials of a place's role, from STS in the place's own region; the endpoint comes from AWS_ENDPOINT_URL_STS where that is set.
 * The SDK asks for new ones shortly before they run out.
 */
export function assumedRole(role: NonNullable<AwsPlace['role']>, region: string | undefined) {
  const provide = fromTemporaryCredentials({
    params: {
      RoleArn: role.arn,
      // Names Spillway in the account's CloudTrail.
      RoleSessionName: 'spillway',
      ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    },
    clientConfig: {
      ...(region === undefined ? {} : { region }),
      maxAttempts: 2,
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
    },
  })
  return async (...given: Parameters<typeof provide>) => {
    try {
      return await provide(...given)
    } catch (error) {
      throw new AssumeRoleError(role.arn, error)
    }
  }
}
