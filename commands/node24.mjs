#!/usr/bin/env node
// Runs a command on the Node that this project pins, whatever the system's Node is.
//   node commands/node24.mjs commands/demo.ts --port 3000     a TypeScript file of ours
//   node commands/node24.mjs vitest run                       a tool from node_modules/.bin
// Plain JavaScript that Node 20 understands: it runs before the pinned Node is found.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WANTED_MAJOR = 24
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const exe = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'
const packages = [
  `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  `node-bin-${process.platform}-${process.arch}`,
]

function findNode() {
  if (Number(process.versions.node.split('.')[0]) === WANTED_MAJOR) return process.execPath
  for (const name of packages) {
    const path = join(root, 'node_modules', name, exe)
    if (existsSync(path)) return path
  }
  console.error(
    `Spillway runs on Node ${WANTED_MAJOR}. This is Node ${process.versions.node}, and the pinned one (npm package ${packages[0]}) is not installed.\n` +
      `Run "npm ci" without --omit=optional, or install Node ${WANTED_MAJOR}.`,
  )
  process.exit(1)
}

const [target, ...rest] = process.argv.slice(2)
if (target === undefined) {
  console.error('usage: node commands/node24.mjs <file.ts | tool> [arguments]')
  process.exit(2)
}
const node = findNode()
const isOurs = target.endsWith('.ts')
// The condition lets plain Node load files that import "server-only", as Next's server does.
const flags = isOurs ? ['--conditions=react-server', '--disable-warning=ExperimentalWarning'] : []
const file = isOurs ? join(root, target) : realpathSync(join(root, 'node_modules', '.bin', target))

const child = spawn(node, [...flags, file, ...rest], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 143))
})
