import type { ParamsOf } from '#lib/views/define-view.ts'
import type { queueView } from '#lib/views/queue/contract.ts'

/** How far back the charts of a page look. */
export type ViewRange = ParamsOf<typeof queueView>['range']

const RANGES: readonly ViewRange[] = ['1h', '6h', '24h', '7d', '30d', '90d']

/** The range that an address asks for; a day where it asks for none that exists. */
export function readRange(value: string | undefined): ViewRange {
  return RANGES.find((range) => range === value) ?? '24h'
}
