import type { Settings } from '#lib/config/settings.ts'
import { comesBack } from '#lib/domain/redrive-guard.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import type { MovedSoFar } from './step-memory.ts'

/** True when so much of what the run sent since it is judged came back that it has to stop. */
export function goesWrong(
  { guard }: Pick<Redrive, 'guard'>,
  { moved, cameBack }: Pick<MovedSoFar, 'moved' | 'cameBack'>,
  { redrive }: Pick<Settings, 'redrive'>,
): boolean {
  return comesBack({ sent: moved - (guard?.sent ?? 0), cameBack }, redrive.autoStop)
}
