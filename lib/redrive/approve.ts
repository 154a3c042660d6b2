import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { redriveName, redriveStateWords } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import { readApproval } from '#lib/store/read-approval.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockRedrive, updateRedrive } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'
import { tellIncident } from './tell-incident.ts'

/**
 * Notes that a second person approved the plan. Throws `forbidden` for the one who planned it, and `conflict` where nobody is asked, somebody
 * was faster, or it is no plan any more.
 */
export async function approveRedrive(
  tx: Tx,
  id: number,
  { by, actor, nowMs, settings }: Doer & { readonly actor: string; readonly settings: Settings },
): Promise<Redrive> {
  const plan = await lockRedrive(tx, id)
  const name = redriveName(id)
  if (plan.state !== 'planned')
    throw new AppError('conflict', `${name} is no plan any more: it is ${redriveStateWords(plan)}.`)
  if (readApproval(plan, settings).rule === null)
    throw new AppError('conflict', `${name} needs no approval; an operator can start it.`)
  if (plan.approvedBy !== null) throw new AppError('conflict', `${name} was approved by ${plan.approvedBy}.`)
  // Plans from before the person was kept have only the name.
  if (plan.plannedActor === null ? plan.plannedBy === by : plan.plannedActor === actor)
    throw new AppError('forbidden', `You planned ${name}, so another operator has to approve it.`)
  const change = { approvedBy: by, approvedActor: actor, approvedMs: nowMs }
  await updateRedrive(tx, id, change, nowMs)
  await tellIncident(tx, plan, { moment: 'approved', actor: by, text: `approved by ${by}.` }, nowMs)
  return { ...plan, ...change }
}
