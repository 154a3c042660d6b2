import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { logError } from './log-error.ts'

function logged(error: Error): string {
  let text = ''
  const stream = new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) })
  pino({ serializers: { err: logError } }, stream).warn({ err: error }, 'failed')
  return text
}

/** As `pg` gives it. */
function duplicate(): Error {
  return Object.assign(new Error('duplicate key value violates unique constraint "profile_pkey"'), {
    code: '23505',
    detail: 'Key (ref)=(900042) already exists.',
    where: 'JSON data, line 1: [{"ref":"900042"}]',
  })
}

test('an error of the database is logged with its code and without the row that it is about', () => {
  for (const error of [
    duplicate(),
    new Error('outer', { cause: duplicate() }),
    new AggregateError([duplicate()], 'all failed'),
  ])
    expect(logged(error)).not.toContain('900042')
  expect(JSON.parse(logged(duplicate()))).toMatchObject({
    err: { message: 'duplicate key value violates unique constraint "profile_pkey"', code: '23505' },
  })
})

test('the words of what caused an error are kept', () => {
  expect(logged(new Error('outer', { cause: new Error('inner') }))).toContain('inner')
})
