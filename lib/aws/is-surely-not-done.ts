/** Codes with which the network says that nothing was ever connected, so that the upstream received nothing. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** True when a call never reached AWS: nothing was connected. */
export function isNeverSent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && NEVER_SENT.has(error.code)
}

/**
 * True when a failed call has changed nothing for certain: it never reached AWS, could not be signed, or AWS refused it with a 4xx.
 * A cut connection, a timeout or a 5xx says nothing about what was done.
 */
export function isSurelyNotDone(error: unknown): boolean {
  if (isNeverSent(error)) return true
  if (!(error instanceof Error)) return false
  if (error.name === 'CredentialsProviderError') return true
  const status = statusOf(error)
  return status !== null && status >= 400 && status < 500
}

function statusOf(error: Error): number | null {
  const metadata: unknown = Reflect.get(error, '$metadata')
  if (metadata === null || typeof metadata !== 'object') return null
  const status: unknown = Reflect.get(metadata, 'httpStatusCode')
  return typeof status === 'number' ? status : null
}
