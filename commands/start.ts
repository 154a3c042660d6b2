import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { listenArguments } from './listen-arguments.ts'
import { signInStatus } from '#lib/auth/sign-in-status.ts'
import { loadEnv } from '#lib/config/env.ts'
import { loadSettings } from '#lib/config/load-settings.ts'

// npm start [-- --port 3000 --host 0.0.0.0]: Spillway as it runs in production. Wrong settings are named, and it starts with the rest.

if (existsSync('.env')) process.loadEnvFile('.env')
const listen = listenArguments(process.argv.slice(2), process.env)
if ('problem' in listen) {
  console.error(listen.problem)
  process.exit(2)
}
if (!existsSync(join('.next', 'BUILD_ID'))) {
  console.error('There is no production build yet. Run "npm run build" first.')
  process.exit(1)
}
const settings = loadSettings()
for (const { message } of loadEnv().problems) console.error(message)
for (const problem of settings.problems) console.error(`${settings.file ?? 'settings'}: ${problem}`)
const signIn = signInStatus()
if (signIn.state === 'missing')
  console.error(
    `Nobody can sign in yet. Set ${signIn.names.join(', ')} for your OIDC identity provider and start again.`,
  )

const next = [
  join('node_modules', 'next', 'dist', 'bin', 'next'),
  'start',
  '--port',
  listen.port,
  '--hostname',
  listen.host,
]
const env: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: 'production',
  // Next would end the process on SIGTERM before sources, leases and the store are given back.
  NEXT_MANUAL_SIG_HANDLE: 'true',
}
if (process.platform !== 'win32' && process.execve !== undefined) {
  // This process becomes the server: one process to signal, to watch and to pay for.
  process.execve(process.execPath, [process.execPath, ...next], env)
}
const child = spawn(process.execPath, next, { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
