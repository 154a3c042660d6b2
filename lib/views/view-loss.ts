import type { ViewError } from './fetch-view.ts'

/**
 * Why what a page shows is not of now. `slow`: an answer takes long, and may still come. `lost`: the server cannot be reached. It answers and says:
 * `store`, that it cannot read its store; `failed`, that something else went wrong; `refused`, that it shows this no longer to this reader.
 */
export interface ViewLoss {
  readonly kind: 'slow' | 'lost' | 'store' | 'failed' | 'refused'
  /** Epoch ms on the server's clock: of the last answer where it is slow, else since when; null where that is not known. */
  readonly sinceMs: number | null
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
