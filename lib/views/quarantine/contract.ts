import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase } from '#lib/views/shared.ts'

export interface QuarantineRow {
  readonly id: number
  /** Title of the source that brought it. */
  readonly source: string
  /** Its name in its transport: the id of a message, or a file's name and line. */
  readonly messageId: string
  /** Which field is wrong and how. */
  readonly reason: string
  readonly receivedMs: number
  readonly tries: number
  readonly triedMs: number | null
  /** The body with every value hidden; null for viewers, and where SPILLWAY_SECRET does not open it. */
  readonly masked: string | null
}

export interface Quarantine extends PageBase {
  readonly total: number
  /** The newest hundred. */
  readonly rows: readonly QuarantineRow[]
  /** Days after which a message is dropped. */
  readonly keptDays: number
}

export const quarantineView = defineView<Quarantine>()({
  name: 'quarantine',
  audience: 'viewer',
  params: z.strictObject({}),
  topics: ['emails', 'sources'],
})
