import { beforeEach, expect, it } from 'vitest'
import { listAudit } from '#lib/store/audit.ts'
import { revokeToken, listTokens } from '#lib/store/tokens.ts'
import { setSessionRole } from '#lib/store/sessions.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { requireIngestSender } from './ingest-sender.ts'
import { manageTokens } from './manage-tokens.ts'
import { endSession, SESSION_SECONDS, startSession } from './sessions.ts'
import { findPerson, isStillWelcome } from './viewer.ts'
import { findWallScreen } from './wall-screen.ts'

async function makeToken(purpose: 'wall' | 'ingest') {
  const made = await manageTokens({ do: 'create', purpose, name: 'Kitchen' }, 'command')
  if (made.did !== 'create') throw new Error('asked for a token and got something else')
  return made
}

describeStores('who looks', ({ db }) => {
  beforeEach(() => {
    asProcessEnv({})
    asProcessStore(db())
  })

  const vera = { sub: 'vera', name: 'Vera Lindqvist', role: 'viewer' } as const

  it('a session is a person until it is ended, and a changed role counts at once', async () => {
    const sessionId = await startSession(vera)
    expect(await findPerson(sessionId, Date.now())).toEqual({ kind: 'person', sessionId, ...vera })
    await setSessionRole(db().orm, sessionId, 'operator')
    const person = await findPerson(sessionId, Date.now())
    expect(person?.role).toBe('operator')
    await endSession(sessionId)
    expect(await findPerson(sessionId, Date.now())).toBeNull()
    expect(person === null || (await isStillWelcome(person))).toBe(false)
  })

  it('a session ends by itself, and an unknown one is nobody', async () => {
    const sessionId = await startSession(vera)
    expect(await findPerson(sessionId, Date.now() + SESSION_SECONDS * 1_000 + 1)).toBeNull()
    expect(await findPerson('guessed', Date.now())).toBeNull()
  })

  it('a sign-in is audited with its role', async () => {
    await startSession(vera)
    expect(await listAudit(db().orm)).toMatchObject([
      { actor: 'person:vera', action: 'sign-in', detail: { role: 'viewer' } },
    ])
  })

  it('a wallboard is known by its secret until the token is revoked', async () => {
    const { id, secret } = await makeToken('wall')
    const screen = await findWallScreen(secret, Date.now())
    expect(screen).toEqual({ kind: 'wall', tokenId: id })
    await revokeToken(db().orm, id, Date.now())
    expect(await findWallScreen(secret, Date.now())).toBeNull()
    expect(screen === null || (await isStillWelcome(screen))).toBe(false)
  })

  it('when a wallboard was last seen is written at most once a minute', async () => {
    const { secret } = await makeToken('wall')
    const startMs = Date.UTC(2026, 0, 5)
    await findWallScreen(secret, startMs)
    await findWallScreen(secret, startMs + 59_999)
    expect(await listTokens(db().orm)).toMatchObject([{ lastUsedMs: startMs }])
    await findWallScreen(secret, startMs + 60_000)
    expect(await listTokens(db().orm)).toMatchObject([{ lastUsedMs: startMs + 60_000 }])
  })

  it('a token opens what it was made for and nothing else', async () => {
    const [wall, ingest] = [await makeToken('wall'), await makeToken('ingest')]
    expect(await requireIngestSender(`Bearer ${ingest.secret}`, Date.now())).toEqual({ tokenId: ingest.id })
    await expect(requireIngestSender(`Bearer ${wall.secret}`, Date.now())).rejects.toMatchObject({ code: 'forbidden' })
    await expect(requireIngestSender(null, Date.now())).rejects.toMatchObject({ code: 'not_signed_in' })
    expect(await findWallScreen(ingest.secret, Date.now())).toBeNull()
  })

  it('making and revoking a token is audited without its secret, and an unknown id is refused', async () => {
    const { id, secret } = await makeToken('ingest')
    await manageTokens({ do: 'revoke', id }, 'command')
    await expect(manageTokens({ do: 'revoke', id }, 'command')).rejects.toMatchObject({ code: 'not_found' })
    const audit = await listAudit(db().orm)
    expect(audit.map(({ actor, action }) => [actor, action])).toEqual([
      ['command', 'revoke-token'],
      ['command', 'create-token'],
    ])
    expect(JSON.stringify(audit)).not.toContain(secret)
    const listed = await manageTokens({ do: 'list' }, 'command')
    expect(listed).toMatchObject({ did: 'list', tokens: [{ id, purpose: 'ingest', name: 'Kitchen', isRevoked: true }] })
    expect(JSON.stringify(listed)).not.toContain(secret)
  })
})
