import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'

import { settingsSchema } from '#lib/config/settings.ts'

const COMMAND = fileURLToPath(new URL('world.ts', import.meta.url))

const children: ReturnType<typeof spawn>[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Run {
  readonly child: ReturnType<typeof spawn>
  readonly stdout: () => string
  readonly stderr: () => string
  readonly exited: Promise<number | null>
}

function run(...parameters: string[]): Run {
  const child = spawn(process.execPath, ['--conditions=react-server', COMMAND, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
  })
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  return { child, stdout: () => stdout, stderr: () => stderr, exited }
}

const answerSchema = z.object({
  endpoints: z.record(z.string(), z.url()),
  env: z.record(z.string(), z.string()),
  settings: z.unknown(),
})

test(
  'prints one JSON line that connects Spillway, throws switches from outside, and stops when it is told',
  { timeout: 60_000 },
  async () => {
    const world = run('--speed', '20', '--queues', '2', '--no-traffic', '--no-past')
    await expect.poll(() => world.stdout(), { timeout: 30_000 }).toContain('\n')
    expect(world.stdout().trimEnd().split('\n')).toHaveLength(1)
    const { endpoints, env, settings } = answerSchema.parse(JSON.parse(world.stdout()))
    expect(Object.keys(endpoints)).toEqual(['sqs', 'cloudwatch', 'sentry', 'slack', 'oidc', 'control'])
    expect(env['OIDC_ISSUER']).toBe(endpoints['oidc'])
    expect(settingsSchema.safeParse(settings).success).toBe(true)

    const control = endpoints['control'] ?? ''
    const on = run('fault', 'sentry-down', 'on', '--control', control)
    expect([await on.exited, on.stdout()]).toEqual([0, 'sentry-down is on\n'])
    expect((await fetch(`${endpoints['sentry'] ?? ''}/api/0/organizations/tis/projects/`)).status).toBe(503)
    const refused = run('fault', 'producer-adds-javatype', 'on', '--control', control)
    expect(await refused.exited).toBe(1)
    expect(refused.stderr()).toContain('--story producer')

    world.child.kill('SIGTERM')
    expect(await world.exited).toBe(0)
  },
)

test('says which option it does not understand', { timeout: 30_000 }, async () => {
  const wrong = run('--speed', 'fast')
  expect(await wrong.exited).toBe(2)
  expect(wrong.stderr()).toContain('--speed must be a number')
  const unknown = run('--fault', 'flood')
  expect(await unknown.exited).toBe(2)
  expect(unknown.stderr()).toContain('no fault "flood"')
})
