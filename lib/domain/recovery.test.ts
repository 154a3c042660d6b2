import { describe, expect, it } from 'vitest'
import { recoveryOf } from './recovery.ts'

const failed = (atMs: number) => ({ status: 'failed', atMs }) as const
const accepted = (atMs: number) => ({ status: 'accepted', atMs }) as const
const delivered = (atMs: number) => ({ status: 'delivered', atMs }) as const

describe('recoveryOf', () => {
  it('runs from the first failure since it was out before to the first success after the last one', () => {
    const events = [failed(10), accepted(20), failed(30), failed(35), accepted(60), delivered(61), delivered(900)]
    expect(recoveryOf('delivered', events)).toEqual({ failedMs: 30, recoveredMs: 60 })
    expect(recoveryOf('delivered', [...events, ...events].toReversed())).toEqual({ failedMs: 30, recoveredMs: 60 })
    expect(recoveryOf('accepted', [failed(10), failed(15), accepted(20)])).toEqual({ failedMs: 10, recoveredMs: 20 })
  })

  it('is none for what never failed, is failed, is deleted or was not sent since', () => {
    expect(recoveryOf('delivered', [accepted(1), delivered(2)])).toBeNull()
    expect(recoveryOf('failed', [failed(1), accepted(2), failed(3)])).toBeNull()
    expect(recoveryOf('deleted', [failed(1), accepted(2)])).toBeNull()
    expect(recoveryOf('scheduled', [failed(1)])).toBeNull()
  })

  it('counts a success of the same moment as the failure, since the order of events has decided for it', () => {
    expect(recoveryOf('delivered', [failed(5), delivered(5)])).toEqual({ failedMs: 5, recoveredMs: 5 })
  })
})
