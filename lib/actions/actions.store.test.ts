import { readdirSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#lib/domain/errors.ts'
import { ROLES, type Role } from '#lib/domain/role.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { listAudit } from '#lib/store/audit.ts'
import { getSession, insertSession } from '#lib/store/sessions.ts'
import { createToken, findToken } from '#lib/store/tokens.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import type { Action } from './define-action.ts'
import { revokeToken } from './revoke-token.ts'
import { runAction, type ActionDefinition } from './run-action.ts'
import { signOutEverywhere } from './sign-out-everywhere.ts'

const DOORS = new Set(['define-action.ts', 'run-action.ts'])
const files = readdirSync(import.meta.dirname).filter(
  (file) => file.endsWith('.ts') && !file.includes('.test.') && !DOORS.has(file),
)

type AnyDefinition = Action<never, unknown>['definition']

/** The action that a file exports. */
async function actionOf(file: string): Promise<AnyDefinition> {
  const exported: Record<string, { readonly definition?: AnyDefinition }> = await import(
    /* @vite-ignore */ new URL(file, import.meta.url).href
  )
  const definition = Object.values(exported).map((each) => each.definition)[0]
  if (definition === undefined) throw new Error(`${file} exports no action made by defineAction`)
  return definition
}

function person(role: Role, sub = 'vera'): Person {
  return { kind: 'person', sessionId: 'session-1', sub, name: 'Vera Lindqvist', role }
}

describeStores('actions', ({ db }) => {
  beforeEach(() => {
    asProcessEnv({})
    asProcessStore(db())
  })
  const audits = async () =>
    (await listAudit(db().orm)).map(({ actor, action, result, detail }) => ({ actor, action, result, detail }))

  describe.each(files)('%s', (file) => {
    it('is named after its file', async () => {
      expect(`${(await actionOf(file)).name}.ts`).toBe(file)
    })

    it('refuses nobody in particular, and writes that down', async () => {
      const action = await actionOf(file)
      expect(await runAction(action, null, {})).toMatchObject({ ok: false, error: { code: 'not_signed_in' } })
      const row = { actor: 'anonymous', action: action.name, result: 'refused', detail: { code: 'not_signed_in' } }
      expect(await audits()).toEqual([row])
    })

    it('refuses every role below its own', async () => {
      const action = await actionOf(file)
      const below = ROLES.slice(0, ROLES.indexOf(action.role))
      for (const role of below)
        expect(await runAction(action, person(role), {})).toMatchObject({ ok: false, error: { code: 'forbidden' } })
      expect(await audits()).toHaveLength(below.length)
    })

    it('refuses an input that it does not know, and writes that down', async () => {
      const action = await actionOf(file)
      const refused = await runAction(action, person('admin'), { nonsense: true })
      expect(refused).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
      expect(await audits()).toMatchObject([{ actor: 'person:vera', action: action.name, result: 'refused' }])
    })
  })

  it('a refusal for want of a role says what was wanted, and by whom', async () => {
    await runAction(revokeToken.definition, person('viewer'), { id: 'x' })
    await runAction(revokeToken.definition, null, { id: 'y' })
    expect(await audits()).toEqual([
      { actor: 'anonymous', action: 'revoke-token', result: 'refused', detail: { code: 'not_signed_in' } },
      { actor: 'person:vera', action: 'revoke-token', result: 'refused', detail: { id: 'x', code: 'forbidden' } },
    ])
  })

  it('a token that is revoked stops counting, and the audit says who did it', async () => {
    const { id, secret } = await createToken(db().orm, { purpose: 'wall', name: 'Kitchen', atMs: Date.now() })
    expect(await runAction(revokeToken.definition, person('admin'), { id })).toEqual({ ok: true, data: { id } })
    expect(await findToken(db().orm, secret, 'wall')).toBeNull()
    expect(await audits()).toEqual([{ actor: 'person:vera', action: 'revoke-token', result: 'done', detail: { id } }])
    expect(await runAction(revokeToken.definition, person('admin'), { id })).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('signing out everywhere ends the sessions of that person and of nobody else', async () => {
    const atMs = Date.now()
    for (const [id, sub] of [
      ['a', 'vera'],
      ['b', 'vera'],
      ['c', 'omar'],
    ] as const)
      await insertSession(db().orm, {
        id,
        sub,
        name: sub,
        role: 'viewer',
        createdAtMs: atMs,
        expiresAtMs: atMs + 1_000,
      })
    expect(await runAction(signOutEverywhere.definition, person('viewer'), {})).toEqual({
      ok: true,
      data: { sessions: 2 },
    })
    const revoked = await Promise.all(
      ['a', 'b', 'c'].map(async (id) => (await getSession(db().orm, id))?.revokedAtMs !== null),
    )
    expect(revoked).toEqual([true, true, false])
  })

  it('what an action wrote is undone when it fails, and the failure is written down', async () => {
    const failing: ActionDefinition<(typeof revokeToken)['definition']['input'], never> = {
      ...revokeToken.definition,
      run: async (_input, { tx }) => {
        await createToken(tx, { purpose: 'wall', name: 'never', atMs: 0 })
        throw new AppError('conflict', 'Somebody else was faster.')
      },
    }
    const result = await runAction(failing, person('admin'), { id: 'x' })
    expect(result).toEqual({ ok: false, error: { code: 'conflict', message: 'Somebody else was faster.' } })
    expect(await audits()).toMatchObject([{ result: 'refused', detail: { id: 'x', code: 'conflict' } }])
    expect(await db().orm.query.token.findMany()).toEqual([])
  })

  it('an unexpected failure tells nothing of itself but where the log has it', async () => {
    const failing: ActionDefinition<(typeof revokeToken)['definition']['input'], never> = {
      ...revokeToken.definition,
      run: () => Promise.reject(new Error('the password is hunter2')),
    }
    const result = await runAction(failing, person('admin'), { id: 'x' })
    expect(result).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(JSON.stringify(result)).not.toContain('hunter2')
  })
})
