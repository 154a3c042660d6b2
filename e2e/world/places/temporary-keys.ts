import { randomBytes } from 'node:crypto'

/** What AssumeRole gives. */
export interface TemporaryKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly account: string
  readonly expiresAtMs: number
}

/** The keys that were given out: by its key AWS knows whose account a caller acts in. */
export class TemporaryKeys {
  readonly #keys = new Map<string, TemporaryKey>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  issue(account: string, seconds: number): TemporaryKey {
    const key: TemporaryKey = {
      accessKeyId: `ASIA${account}${randomBytes(2).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(20).toString('base64'),
      sessionToken: randomBytes(60).toString('base64'),
      account,
      expiresAtMs: this.#now() + seconds * 1000,
    }
    this.#keys.set(key.accessKeyId, key)
    return key
  }

  /** The account that a request acts in: null for one that was signed with a lasting key, which is of the home account. Else why it is refused. */
  accountOf(accessKeyId: string, sessionToken: string | undefined): { account: string | null } | { refused: string } {
    if (!accessKeyId.startsWith('ASIA')) return { account: null }
    const key = this.#keys.get(accessKeyId)
    if (key === undefined || key.sessionToken !== sessionToken) return { refused: 'InvalidClientTokenId' }
    if (key.expiresAtMs <= this.#now()) return { refused: 'ExpiredToken' }
    return { account: key.account }
  }
}
