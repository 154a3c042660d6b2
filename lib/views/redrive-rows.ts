import 'server-only'
import { SPILLWAY } from '#lib/domain/incident.ts'
import type { Headline } from '#lib/domain/headline.ts'
import { redriveHeadline } from '#lib/domain/redrive-headline.ts'
import { redriveName, redriveStateWords, shareOfPlan, type RedriveState } from '#lib/domain/redrive.ts'
import type { RunProof } from '#lib/domain/redrive-fate.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Truth } from '#lib/domain/truth.ts'
import { proveRedrive } from '#lib/store/prove-redrive.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import type { ViewContext } from './read-view.ts'

/** A queue by its name and as people call it. */
export interface NamedQueue {
  readonly name: string
  readonly label: string
}

/** A redrive in a list. */
export interface RedriveRow {
  /** `R-12`. */
  readonly name: string
  readonly href: string
  readonly state: RedriveState
  readonly stateWords: string
  readonly truth: Truth
  /** What it did or does, in one sentence ... */
  readonly words: string
  /** ... and the same without its name in front. */
  readonly sentence: string
  /** When it was planned, epoch ms. */
  readonly plannedMs: number
  /** 0 to 1: how much of what there was is moved; null where that is not known. */
  readonly movedShare: number | null
}

type RowContext = Pick<ViewContext, 'tx' | 'nowMs' | 'settings'>

/** A redrive's sentence from what is proven of it now. */
export function tellRedrive(run: Redrive, proof: RunProof, context: RowContext): Headline {
  return redriveHeadline({
    ...run,
    source: nameQueue(run.sourceQueue, context).label,
    destination: nameQueue(run.destinationQueue, context).label,
    moved: proof.sent,
    isEndedByPerson: run.endedBy !== null && run.endedBy !== SPILLWAY,
    proof,
  })
}

/** Redrives as lists show them, in the order given. */
export async function loadRedriveRows(runs: readonly Redrive[], context: RowContext): Promise<RedriveRow[]> {
  return Promise.all(
    runs.map(async (run) => {
      const { tx, nowMs } = context
      const proof = await proveRedrive(tx, run, { isNowhere: run.settledMs !== null, nowMs })
      const { truth, text } = tellRedrive(run, proof, context)
      const name = redriveName(run.id)
      return {
        name,
        href: routes.redrive(name),
        state: run.state,
        stateWords: redriveStateWords(run),
        truth,
        words: text,
        sentence: text.slice(name.length + 1),
        plannedMs: run.plannedMs,
        movedShare: shareOfPlan({
          aboutMessages: run.aboutMessages,
          mostMessages: run.mostMessages,
          moved: proof.sent,
        }),
      }
    }),
  )
}

/** The queue with its label from the flow's settings; its name where it has none. */
export function nameQueue(name: string, { settings }: Pick<ViewContext, 'settings'>): NamedQueue {
  return { name, label: settings.flow.find((stage) => stage.queue === name)?.label ?? name }
}
