import { z } from 'zod'
import type { ResyncProof, ResyncState } from '#lib/domain/resync.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { ResyncEnd } from '#lib/store/read-resync.ts'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase } from '#lib/views/shared.ts'

/** A person of a re-sync and what became of them. `ref` is masked for viewers and responders. */
export interface ResyncPersonRow {
  readonly key: string
  readonly ref: string
  readonly end: ResyncEnd
  readonly askedMs: number | null
  readonly problem: string | null
}

/** What is sent or called for one person; the reference in it is masked. */
export interface ResyncSample {
  readonly via: 'sqs' | 'http'
  /** Name of the queue, or method and address. */
  readonly to: string
  /** Null by HTTP, where nothing but the address is sent. */
  readonly body: string | null
  readonly group: string | null
}

export interface ResyncPage extends PageBase {
  readonly id: number
  /** `RS-3`. */
  readonly name: string
  readonly state: ResyncState
  readonly truth: Truth
  /** Whom it is about, in words. */
  readonly title: string
  readonly incident: { readonly name: string; readonly href: string } | null
  readonly proof: ResyncProof
  /** What is proven, in one sentence. */
  readonly words: string
  readonly perSecond: number
  /** How long asking takes at that rate, seconds. */
  readonly aboutSeconds: number
  readonly sample: ResyncSample | null
  readonly reason: string | null
  /** What keeps it from going on at the moment; null while nothing does. */
  readonly trouble: string | null
  readonly startedBy: string
  readonly startedMs: number
  readonly endedMs: number | null
  /** 1 is the first; 100 people each, those without an address first. */
  readonly page: number
  readonly pages: number
  readonly people: readonly ResyncPersonRow[]
  readonly isClear: boolean
}

export const resyncView = defineView<ResyncPage>()({
  name: 'resync',
  audience: 'viewer',
  params: z.strictObject({
    name: z.string().regex(/^rs-[1-9]\d{0,14}$/i, 'is not the name of a re-sync such as RS-3'),
    page: z.coerce.number().int().min(1).max(100_000).default(1),
  }),
  topics: ['resyncs', 'emails', 'sources'],
  discloses: true,
})
