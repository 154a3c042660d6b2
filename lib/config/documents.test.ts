import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ENV_VARIABLES, envNames } from './env.ts'
import { settingsSchema } from './settings.ts'

test('the README lists every environment variable with what it is for', () => {
  const page = readFileSync('README.md', 'utf8')
  const rows = envNames().map((name) => {
    const { schema, about } = ENV_VARIABLES[name]
    const standard = schema.safeParse(undefined).data
    return `| \`${name}\` | ${standard === undefined ? 'not set' : `\`${standard}\``} | ${about} |`
  })
  expect(rows.filter((row) => !page.includes(row))).toEqual([])
})

test('docs/spillway.schema.json is the schema of spillway.yaml, for editors that complete it', () => {
  const wanted = z.toJSONSchema(settingsSchema, { io: 'input' })
  expect(JSON.parse(readFileSync('docs/spillway.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(wanted)))
})
