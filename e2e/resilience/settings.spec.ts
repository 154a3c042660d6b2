import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { freePort, startNode, until, type RunningProcess } from '#e2e/processes.ts'
import type { Health, SettingsPage } from '#e2e/view-types.ts'
import { expect, test as base } from './test.ts'

/** Nobody listens there: an upstream that does not answer, without asking the real one. */
const NOWHERE = 'http://127.0.0.1:9'
const SECRET = 'a secret of more than thirty-two characters'

interface Started {
  readonly url: string
  readonly process: RunningProcess
}

const test = base.extend<{
  /** Runs `npm start` with this environment and no other setting, and this spillway.yaml or none. */
  startBare: (env: Record<string, string>, yaml?: string) => Promise<Started>
}>({
  // Playwright wants a fixture's first parameter to be a pattern.
  // oxlint-disable-next-line no-empty-pattern
  startBare: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'spillway-bare-'))
    const started: RunningProcess[] = []
    await use(async (env, yaml) => {
      const port = await freePort()
      const config = join(folder, 'spillway.yaml')
      if (yaml !== undefined) writeFileSync(config, yaml)
      const url = `http://127.0.0.1:${port}`
      const process = startNode(['commands/node24.mjs', 'commands/start.ts', '--port', String(port)], {
        SPILLWAY_CONFIG: config,
        SPILLWAY_DATA_DIR: join(folder, 'data'),
        SPILLWAY_URL: url,
        ...env,
      })
      started.push(process)
      await until(`Spillway at ${url}`, async () => (await fetch(`${url}/api/health`)).status < 600 || undefined)
      return { url, process }
    })
    for (const process of started) await process.stop()
    rmSync(folder, { recursive: true, force: true })
  },
})

test.skip(({ postgres }) => postgres !== null, 'settings are the same on both stores')

async function readHealth(url: string): Promise<Health> {
  return (await fetch(`${url}/api/health`)).json()
}

/** Lines in which a process speaks of `name`. */
function linesAbout({ lines }: RunningProcess, name: string): string[] {
  return lines.filter((line) => line.includes(name))
}

test('with settings like those of a real place it runs without the sandbox', async ({ page, startBare }) => {
  const { url, process } = await startBare(
    {
      SPILLWAY_SECRET: SECRET,
      AWS_REGION: 'eu-west-2',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_ENDPOINT_URL: NOWHERE,
      SENTRY_URL: NOWHERE,
      SENTRY_ORG: 'our-team',
      SENTRY_AUTH_TOKEN: 'sntrys_of_our_team',
      OIDC_ISSUER: NOWHERE,
      OIDC_CLIENT_ID: 'spillway',
      OIDC_CLIENT_SECRET: 'known to the provider',
    },
    'team: { name: Our team }\nsources: { sqs: { everySeconds: 5 } }\n',
  )
  await page.goto(url)
  await expect(page.getByRole('button', { name: /sign in/i })).toBeVisible()
  await expect(page.getByText('Our team')).toBeVisible()
  await expect(page.getByText(/sandbox/i)).toHaveCount(0)
  const health = await until('every upstream to be found silent', async () => {
    const told = await readHealth(url)
    return told.sources.every(({ state }) => state === 'failing' || state === 'not-configured') ? told : undefined
  })
  const states = new Map(health.sources.map(({ id, state }) => [id, state]))
  expect(Object.fromEntries(states)).toEqual({
    sqs: 'failing',
    'cloudwatch-metrics': 'failing',
    'cloudwatch-alarms': 'failing',
    sentry: 'failing',
    'email-outcomes': 'not-configured',
    profiles: 'not-configured',
  })
  expect(process.lines.filter((line) => /is not usable/.test(line))).toEqual([])
})

test('a wrong setting is named in one clear line, and what is valid runs', async ({ world, startBare }) => {
  const yaml = [
    'team: { name: Our team }',
    'sources: { sqs: { everySeconds: 1 }, sentry: { enviroment: prod } }',
    'flow: [{ label: no queue }]',
  ].join('\n')
  const { url, process } = await startBare(
    { ...world.env, SENTRY_URL: 'sentry at home', SPILLWAY_LOG_LEVEL: 'loud', SENTRY_ORG: '', OIDC_ROLE_CLAIM: ' ' },
    yaml,
  )
  for (const name of ['SENTRY_URL', 'SPILLWAY_LOG_LEVEL', 'OIDC_ROLE_CLAIM'])
    expect(linesAbout(process, `${name} is not usable`), name).toHaveLength(1)
  expect(linesAbout(process, 'sources.sqs.everySeconds: '), 'the beat').toHaveLength(1)
  expect(linesAbout(process, 'sources.sqs.everySeconds: ')[0]).toMatch(/>=\s*5/)
  expect(linesAbout(process, 'enviroment'), 'the misspelt key').toHaveLength(1)
  expect(linesAbout(process, 'flow.0.queue: '), 'the queue that is missing').toHaveLength(1)
  const health = await until('SQS to be read', async () => {
    const told = await readHealth(url)
    return told.sources.some(({ id, state }) => id === 'sqs' && state === 'ok') ? told : undefined
  })
  expect(health.sources.find(({ id }) => id === 'sentry')?.state).toBe('not-configured')
})

test('what is missing is not connected, and the settings page says which variable is missing', async ({
  world,
  makeApp,
}) => {
  const app = await makeApp({
    env: { ...world.env, SENTRY_AUTH_TOKEN: '', AWS_REGION: '' },
    settings: { sources: { sqs: { everySeconds: 2 } } },
  })
  await app.start()
  const lines = app.process()?.lines ?? []
  expect(lines.filter((line) => line.includes('sources.sqs.everySeconds')).length).toBe(1)
  expect(lines.filter((line) => line.includes('SENTRY_AUTH_TOKEN is not set')).length).toBe(1)
  const session = await signInOverHttp(app, 'vera')
  const page = await readView<SettingsPage>(session, 'settings')
  await session.dispose()
  expect(page.problems.join('\n')).toContain('sources.sqs.everySeconds')
  const messages = new Map(page.sources.map(({ id, state, message }) => [id, `${state}: ${message ?? ''}`]))
  expect(messages.get('sentry')).toMatch(/^not-configured: SENTRY_AUTH_TOKEN is not set/)
  expect(messages.get('sqs')).toMatch(/^not-configured: AWS_REGION is not set/)
  const health = await readHealth(app.url)
  expect(health.sources.map(({ state }) => state)).toEqual(health.sources.map(() => 'not-configured'))
  expect(health.status).toBe('degraded')
})

test('with nothing configured at all it starts and says what to do', async ({ page, startBare }) => {
  const { url, process } = await startBare({})
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nobody can sign in yet.')
  for (const name of ['SPILLWAY_SECRET', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'])
    await expect(page.getByRole('listitem').filter({ hasText: name })).toBeVisible()
  const health = await readHealth(url)
  expect(health.store.state).toBe('ok')
  expect(health.sources.map(({ state }) => state)).toEqual(health.sources.map(() => 'not-configured'))
  for (const name of ['AWS_REGION is not set', 'SENTRY_ORG is not set'])
    expect(linesAbout(process, name).length, name).toBeGreaterThan(0)
  for (const name of ['OIDC_ISSUER', 'SPILLWAY_SECRET'])
    expect(linesAbout(process, name).length, `${name} is named at the start`).toBeGreaterThan(0)
})
