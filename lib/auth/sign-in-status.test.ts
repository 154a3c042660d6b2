import { expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { signInMessage } from './sign-in-message.ts'
import { signInStatus } from './sign-in-status.ts'

const complete = {
  SPILLWAY_SECRET: 'x'.repeat(32),
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'spillway',
  OIDC_CLIENT_SECRET: 'y',
}

test('sign-in is configured when all four settings are there', () => {
  expect(signInStatus(readEnv(complete).env)).toEqual({ state: 'configured' })
})

test('what is missing is named, a value that cannot be used included', () => {
  const { env } = readEnv({ ...complete, OIDC_ISSUER: 'not an address', OIDC_CLIENT_ID: '' })
  expect(signInStatus(env)).toEqual({ state: 'missing', names: ['OIDC_ISSUER', 'OIDC_CLIENT_ID'] })
})

test('somebody without a role is told which claim is asked and which values count', () => {
  expect(signInMessage('no-role', 'groups')).toMatch(
    /asks for a role in claim “groups”: viewer, responder, operator, admin/,
  )
})

test('an unknown error gives advice and never its own text', () => {
  expect(signInMessage('<b>x</b>', 'roles')).toMatch(/did not finish/)
  expect(signInMessage('<b>x</b>', 'roles')).not.toContain('<b>')
  expect(signInMessage(undefined, 'roles')).toBeNull()
})
