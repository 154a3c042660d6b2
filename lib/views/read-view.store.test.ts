import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { dropSingleton } from '#lib/config/singleton.ts'
import type { Person, WallScreen } from '#lib/domain/viewer.ts'
import { closeLive, publish } from '#lib/live/bus.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { defineView, type ViewAudience } from './define-view.ts'
import { readView } from './read-view.ts'

const omar: Person = { kind: 'person', sessionId: 's', sub: 'omar', name: 'Omar Haddad', role: 'operator' }
const vera: Person = { ...omar, sub: 'vera', name: 'Vera Lindqvist', role: 'viewer' }
const wall: WallScreen = { kind: 'wall', tokenId: 't' }

interface Answer {
  readonly nowMs: number
  readonly sum: number
  readonly asked: string
  readonly timeZone: string
}

function viewFor(audience: ViewAudience) {
  const contract = defineView<Answer>()({
    name: 'sums',
    audience,
    params: z.strictObject({ add: z.coerce.number().default(1) }),
    topics: ['queues'],
  })
  let queries = 0
  const view = readView(contract, async ({ add }, { tx, nowMs, timeZone, viewer }) => {
    queries += 1
    const { rows } = await tx.execute<{ sum: number }>(sql`select 1 + ${add}::int as sum`)
    return { nowMs, sum: rows[0]?.sum ?? 0, asked: viewer.kind === 'person' ? viewer.role : 'wall', timeZone }
  })
  return { view, queries: () => queries }
}

describeStores('the read door', ({ db }) => {
  beforeEach(async () => {
    await closeLive()
    dropSingleton('view-memo')
    asProcessEnv({})
    asProcessStore(db())
  })

  it('reads with parameters, from the store', async () => {
    const { view } = viewFor('viewer')
    expect(await view.read({ add: '41' }, vera, null)).toMatchObject({ sum: 42, asked: 'viewer' })
    expect(await view.read({}, vera, null)).toMatchObject({ sum: 2 })
  })

  it('names the parameter that is wrong', async () => {
    const { view } = viewFor('viewer')
    const wrong = view.read({ add: 'many' }, vera, null)
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^add: /) })
  })

  it('admits a role and those above it, and a wallboard to the wall alone', async () => {
    await expect(viewFor('viewer').view.read({}, null, null)).rejects.toMatchObject({ code: 'not_signed_in' })
    await expect(viewFor('operator').view.read({}, vera, null)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(viewFor('viewer').view.read({}, wall, null)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await viewFor('viewer').view.read({}, omar, null)).toMatchObject({ asked: 'operator' })
    dropSingleton('view-memo')
    expect(await viewFor('wall').view.read({}, wall, null)).toMatchObject({ asked: 'wall' })
  })

  it('fifty viewers of one rank cost one query, and another rank its own, since it may see more', async () => {
    const { view, queries } = viewFor('viewer')
    await Promise.all(Array.from({ length: 50 }, () => view.read({}, vera, null)))
    expect(queries()).toBe(1)
    expect(await view.read({}, omar, null)).toMatchObject({ asked: 'operator' })
    expect(queries()).toBe(2)
  })

  it('names times in the reader’s zone, without mixing readers up; a wall has the team’s', async () => {
    const { view } = viewFor('viewer')
    expect(await view.read({}, vera, 'America/New_York')).toMatchObject({ timeZone: 'America/New_York' })
    expect(await view.read({}, vera, null)).toMatchObject({ timeZone: 'Europe/London' })
    dropSingleton('view-memo')
    expect(await viewFor('wall').view.read({}, wall, 'America/New_York')).toMatchObject({ timeZone: 'Europe/London' })
  })

  it('a live event of its topics makes it ask the store again, another does not', async () => {
    const { view, queries } = viewFor('viewer')
    await view.read({}, vera, null)
    publish(['emails'])
    await view.read({}, vera, null)
    expect(queries()).toBe(1)
    publish(['queues'])
    await view.read({}, vera, null)
    expect(queries()).toBe(2)
  })
})
