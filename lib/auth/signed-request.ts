import 'server-only'
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { deriveKey } from '#lib/config/derived-key.ts'
import { singleton } from '#lib/config/singleton.ts'
import { AppError } from '#lib/domain/errors.ts'

/** A request is good for this long around its own time; after that its signature is worthless. */
const VALID_MS = 60_000

const HEADER = { time: 'x-spillway-time', nonce: 'x-spillway-nonce', signature: 'x-spillway-signature' } as const

/** What is signed: the place, the moment, a number used once, and the body to the letter. */
interface Signable {
  readonly path: string
  readonly timeMs: string
  readonly nonce: string
  readonly body: string
}

/** Headers by which a command on this installation proves that it knows SPILLWAY_SECRET, without sending it. */
export function signRequest(secret: string, path: string, body: string, nowMs: number): Record<string, string> {
  const parts = { path, body, timeMs: String(nowMs), nonce: randomUUID() }
  return { [HEADER.time]: parts.timeMs, [HEADER.nonce]: parts.nonce, [HEADER.signature]: signatureOf(secret, parts) }
}

/** Throws `forbidden` unless the headers were made by `signRequest` for this path and body within the last minute, and not used before. */
export function checkSignedRequest(
  secret: string,
  request: { readonly path: string; readonly body: string; readonly headers: Headers },
  nowMs: number,
): void {
  const { path, body, headers } = request
  const timeMs = headers.get(HEADER.time) ?? ''
  const nonce = headers.get(HEADER.nonce) ?? ''
  const given = Buffer.from(headers.get(HEADER.signature) ?? '')
  const wanted = Buffer.from(signatureOf(secret, { path, body, timeMs, nonce }))
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new AppError('forbidden', 'The signature does not fit. Use the same SPILLWAY_SECRET as the running app.')
  if (!(Math.abs(nowMs - Number(timeMs)) <= VALID_MS))
    throw new AppError('forbidden', 'The request is older than a minute, or the two clocks differ. Send it again.')
  if (!isFirstUse(nonce, nowMs)) throw new AppError('forbidden', 'The request was used before. Send a new one.')
}

function signatureOf(secret: string, { path, timeMs, nonce, body }: Signable): string {
  const key = deriveKey(secret, 'signed requests')
  return createHmac('sha256', key).update([path, timeMs, nonce, body].join('\n')).digest('base64url')
}

function isFirstUse(nonce: string, nowMs: number): boolean {
  const used = singleton('signed-request-nonces', () => new Map<string, number>())
  for (const [old, untilMs] of used) if (untilMs < nowMs) used.delete(old)
  if (used.has(nonce)) return false
  used.set(nonce, nowMs + 2 * VALID_MS)
  return true
}
