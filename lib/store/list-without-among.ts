import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'
import { peopleOf, type WithoutRule } from './people-without.ts'

/** Which of these people are without their e-mail. */
export async function listWithoutAmong(tx: Tx, rule: WithoutRule, refs: readonly string[]): Promise<string[]> {
  const given = jsonTexts(refs)
  const narrowing = { ofMail: sql`person_ref = any(${given})`, ofProfile: sql`ref = any(${given})` }
  const { rows } = await tx.execute<{ ref: string }>(
    sql`select ref from (${peopleOf(rule, narrowing)}) as person order by ref`,
  )
  return rows.map(({ ref }) => ref)
}
