import { describe, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { PollContext, PollResult, Source } from '#lib/sources/define-source.ts'
import { askSource } from './ask-source.ts'

const context: Omit<PollContext, 'signal'> = {
  env: readEnv({}).env,
  settings: settingsSchema.parse({}),
  cursor: null,
  queues: [],
  nowMs: () => Date.now(),
  countCall: () => {},
}

function aSource(poll: Source['poll']): Source {
  return { id: 's', title: 'Slow', teaches: '', permissions: [], missing: () => null, everySeconds: () => 0, poll }
}

const never = (): Promise<PollResult> => new Promise(() => {})

describe('asking a source', () => {
  test('gives its answer', async () => {
    const answer: PollResult = { readings: [], cursor: { at: 1 } }
    const source = aSource(async () => answer)
    expect(await askSource({ source, signal: new AbortController().signal }, context)).toBe(answer)
  })

  test('is given up when time has run out, also when the source does not heed its signal', async () => {
    const asked = askSource({ source: aSource(never), signal: new AbortController().signal }, context, 30)
    await expect(asked).rejects.toMatchObject({ name: 'SourceError', reason: 'timeout' })
  })

  test('tells the source that time has run out', async () => {
    let signal: AbortSignal | null = null
    const source = aSource((asked) => {
      signal = asked.signal
      return never()
    })
    await expect(askSource({ source, signal: new AbortController().signal }, context, 30)).rejects.toThrow(
      /Slow gave no answer/,
    )
    expect(signal).toMatchObject({ aborted: true })
  })

  test('ends with the signal’s own reason when it is told to stop', async () => {
    const stopping = new AbortController()
    const asked = askSource({ source: aSource(never), signal: stopping.signal }, context)
    stopping.abort(new Error('stopping'))
    await expect(asked).rejects.toThrow('stopping')
  })
})
