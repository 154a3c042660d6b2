import assert from 'node:assert/strict'

/** An error answer, in words that do not depend on which of its two codes a client shows. */
export interface Refusal {
  /** Without prefix and without `Exception`, e.g. `InvalidParameterValue`. */
  readonly code: string
  readonly message: string
  /** HTTP status, 0 when the answer never came. */
  readonly status: number
}

const SAME: Readonly<Record<string, string>> = {
  NonExistentQueue: 'QueueDoesNotExist',
  QueueAlreadyExists: 'QueueNameExists',
  MissingRequiredParameter: 'MissingParameter',
}

/** One spelling of an error code for the shapes of the JSON protocol and the codes of the older one. */
export function plainCode(code: string): string {
  const last = code.slice(Math.max(code.lastIndexOf('.'), code.lastIndexOf('#')) + 1).replace(/Exception$/, '')
  return SAME[last] ?? last
}

/** Waits for a call to be refused; throws when it succeeds. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const metadata: unknown = Reflect.get(error, '$metadata')
    const status: unknown = typeof metadata === 'object' && metadata ? Reflect.get(metadata, 'httpStatusCode') : 0
    const code: unknown = Reflect.get(error, 'Code')
    return {
      code: plainCode(typeof code === 'string' ? code : error.name),
      message: error.message,
      status: typeof status === 'number' ? status : 0,
    }
  }
  return assert.fail('the call was accepted and should have been refused')
}

/** Asserts a refusal with this code, and where given this HTTP status and a message that matches. */
export async function assertRefused(
  call: Promise<unknown>,
  expected: { code: string; status?: number; message?: RegExp },
): Promise<void> {
  const refusal = await refusalOf(call)
  assert.equal(refusal.code, expected.code, `code of the error "${refusal.message}"`)
  if (expected.status !== undefined) assert.equal(refusal.status, expected.status, 'HTTP status of the error')
  if (expected.message !== undefined) assert.match(refusal.message, expected.message)
}
