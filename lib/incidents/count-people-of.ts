import 'server-only'
import type { Incident } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import type { Explained } from '#lib/store/explained-people.ts'
import type { JoinedFinding } from '#lib/store/incident-findings.ts'
import {
  addAffected,
  countAffected,
  dropAffected,
  healAffected,
  noteToldByTheSource,
  type AffectedCount,
} from '#lib/store/incident-people.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import { affectedFromMs } from './affected-from.ts'
import { beginOf } from './began-at.ts'
import { explainedBy, isOfBounces, mainFindings } from './explained-by.ts'
import type { IncidentContext } from './incident-context.ts'

/** Brings the people of an incident up to date: who became without, and who has their e-mail now. */
export async function countPeopleOf(
  tx: Tx,
  incident: Pick<Incident, 'number' | 'sinceMs'>,
  findings: readonly JoinedFinding[],
  context: IncidentContext,
): Promise<AffectedCount> {
  const rule = withoutRuleOf(context)
  const { number } = incident
  const main = mainFindings(findings)
  const fromMs = await affectedFromMs(tx, incident, main, context)
  const explained = await explainedFrom(tx, { number, main, fromMs }, context)
  if (main.length < findings.length) {
    const bounces = findings.filter(isOfBounces).flatMap((finding) => explainedBy(finding) ?? [])
    await dropAffected(tx, { incident: number, explained: bounces }, rule)
  }
  await addAffected(tx, { incident: number, explained }, rule)
  await healAffected(tx, number, rule)
  // Lost messages do not change what the source itself says; where it is not known what broke, its word may be what is wrong.
  if (main.some(({ subject }) => subject.kind === 'queue')) await noteToldByTheSource(tx, { incident: number, fromMs })
  return countAffected(tx, number, rule)
}

interface Explaining {
  readonly number: number
  readonly main: readonly JoinedFinding[]
  /** From when on lost messages leave people without. */
  readonly fromMs: number
}

async function explainedFrom(
  tx: Tx,
  { number, main, fromMs }: Explaining,
  context: IncidentContext,
): Promise<Explained[]> {
  const all = await Promise.all(
    main.map(async (finding) => {
      const explained = explainedBy(finding)
      if (explained === null) return []
      const sinceMs = finding.subject.kind === 'queue' ? fromMs : await beginOf(tx, number, finding, context)
      return [{ ...explained, sinceMs }]
    }),
  )
  return all.flat()
}
