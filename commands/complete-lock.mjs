#!/usr/bin/env node
// Writes into package-lock.json the optional per-platform packages that npm left out because the registry in use
// does not carry them, so that `npm ci` accepts the lock on Linux, macOS and Windows. Run after each change of a dependency.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const SYSTEMS = ['linux', 'darwin', 'win32', 'android', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony']
const CPUS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32']

/** Guesses `os` and `cpu` from a platform package's name, e.g. `@next/swc-darwin-arm64`. */
function platformOf(name) {
  const words = name
    .replace(/[@/]/g, '-')
    .split('-')
    .map((word) => (word === 'win' ? 'win32' : word))
  return {
    os: SYSTEMS.find((system) => words.includes(system)),
    cpu: CPUS.find((cpu) => words.some((word) => word === cpu || (cpu === 'ia32' && word === '386'))),
  }
}

let added = 0
for (const [owner, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = owner === '' ? undefined : `${owner}/node_modules/${name}`
    const top = `node_modules/${name}`
    if (lock.packages[top] !== undefined || (nested !== undefined && lock.packages[nested] !== undefined)) continue
    const { os, cpu } = platformOf(name)
    lock.packages[top] = {
      version: version.replace(/^[^0-9]*/, ''),
      optional: true,
      ...(cpu === undefined ? {} : { cpu: [cpu] }),
      ...(os === undefined ? {} : { os: [os] }),
    }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`package-lock.json: ${added} platform packages added`)
