import { describe, expect, it } from 'vitest'
import { AppError } from './errors.ts'

class Special extends AppError {}

describe('AppError', () => {
  it('is known as one when another copy of its module made it', async () => {
    // The query makes a second copy, as Next does for instrumentation.
    const copyPath = './errors.ts?copy'
    const copy: unknown = await import(copyPath)
    const Other: unknown = copy !== null && typeof copy === 'object' && 'AppError' in copy ? copy.AppError : null
    if (typeof Other !== 'function' || Other === AppError) throw new Error('no second copy')
    const error: unknown = Reflect.construct(Other, ['conflict', 'no'])
    expect(error instanceof AppError).toBe(true)
    expect(error instanceof Special).toBe(false)
  })

  it('is not known in other errors, and its kinds stay apart', () => {
    expect(new Error('no') instanceof AppError).toBe(false)
    expect(new AppError('internal', 'no') instanceof Special).toBe(false)
    expect(new Special('internal', 'no') instanceof Special).toBe(true)
    expect(new Special('internal', 'no') instanceof AppError).toBe(true)
  })
})
