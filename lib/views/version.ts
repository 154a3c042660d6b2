import 'server-only'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { singleton } from '#lib/config/singleton.ts'

/** Spillway's version as its package says, read once; the app runs from its own folder. */
export function getVersion(): string {
  return singleton('version', () => {
    const file = resolve(/* turbopackIgnore: true */ process.cwd(), 'package.json')
    return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
  })
}
