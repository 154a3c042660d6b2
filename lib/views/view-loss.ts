import { ViewError } from './fetch-view.ts'

/**
 * Why what a page shows is not of now. `slow`: an answer takes long, and may still come. `lost`: the server cannot be reached. It answers and says:
 * `store`, that it cannot read its store; `failed`, that something else went wrong; `refused`, that it shows this no longer to this reader.
 */
export interface ViewLoss {
  readonly kind: 'slow' | 'lost' | 'store' | 'failed' | 'refused'
  /** Epoch ms on the server's clock: of the last answer where it is slow, else since when; null where that is not known. */
  readonly sinceMs: number | null
}

/** Both on the server's clock, epoch ms. */
interface Moments {
  /** Of the last good answer. */
  readonly answerMs: number
  readonly nowMs: number
}

/**
 * What is lost after a question failed. The server's own word of since when counts; else a loss of the same kind goes on from its beginning, and
 * one of another kind begins now.
 */
export function nextLoss(previous: ViewLoss | null, error: unknown, { answerMs, nowMs }: Moments): ViewLoss {
  const told = error instanceof ViewError ? error : null
  const kind = lossKind(told?.code ?? null)
  if (kind === 'slow') return { kind, sinceMs: answerMs }
  const beganMs = previous?.kind === kind ? previous.sinceMs : null
  return { kind, sinceMs: told?.sinceMs ?? beganMs ?? nowMs }
}

/**
 * What is lost while an answer takes long. What the server itself said of its trouble stands until it says something else, and a server that was
 * lost is not slow before it is heard again.
 */
export function lossWhileLate(previous: ViewLoss | null, isHeard: boolean, answerMs: number): ViewLoss | null {
  const maySlow = previous === null || previous.kind === 'slow' || (previous.kind === 'lost' && isHeard)
  return maySlow ? { kind: 'slow', sinceMs: answerMs } : previous
}

/** What an error says of the server; anything that is no `ViewError` came from the page itself, which then knows nothing of it. */
export function lossKind(code: ViewError['code'] | null): ViewLoss['kind'] {
  switch (code) {
    case 'slow':
      return 'slow'
    case 'unreachable':
    case null:
      return 'lost'
    case 'store_unavailable':
      return 'store'
    case 'not_signed_in':
    case 'forbidden':
      return 'refused'
    default:
      return 'failed'
  }
}
