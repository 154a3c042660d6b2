import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase } from '#lib/views/shared.ts'

/** Something that happened to an e-mail of the person, or was done for them. */
export interface PersonEvent {
  readonly atMs: number
  readonly kind: 'email' | 'profile' | 'address' | 'resync' | 'redrive'
  /** In one sentence: `PROGRAMME CREATED failed: no e-mail address`. */
  readonly words: string
  /** The upstream's own words; null without any. */
  readonly detail: string | null
  readonly isBad: boolean
  /** Learnt later, by an import. */
  readonly isBackfill: boolean
  /** Where more of it stands; null where nothing does. */
  readonly href: string | null
}

export interface PersonMailRow {
  readonly id: string
  readonly notificationType: string | null
  readonly status: string
  readonly why: string | null
  readonly localOffice: string | null
  readonly domain: string | null
  readonly isOnboarding: boolean
  readonly isLocalOffice: boolean
  readonly atMs: number
  /** When it is planned for, while it is scheduled; null otherwise. */
  readonly plannedMs: number | null
  /** How long it took to go out after it had failed; null where it did not fail, or has not gone out since. */
  readonly recoveredInMs: number | null
}

export interface PersonPage extends PageBase {
  readonly key: string
  /** Masked for viewers and responders. */
  readonly ref: string
  readonly isClear: boolean
  /** They are without their e-mail now: why and since when; null where they are not. */
  readonly without: { readonly why: string; readonly sinceMs: number } | null
  readonly mails: readonly PersonMailRow[]
  /** Newest first. */
  readonly events: readonly PersonEvent[]
  readonly incidents: readonly { readonly name: string; readonly href: string }[]
}

export const personView = defineView<PersonPage>()({
  name: 'person',
  audience: 'viewer',
  params: z.strictObject({
    key: z
      .string()
      .min(30)
      .max(1_000)
      .regex(/^[\w-]+$/, 'is not the key of a person'),
  }),
  topics: ['emails', 'sources', 'resyncs', 'redrives', 'incidents'],
  discloses: true,
})
