import 'server-only'
import { figure } from '#lib/domain/count-words.ts'
import { routes } from '#lib/domain/routes.ts'
import { sinceWords } from '#lib/domain/when-words.ts'
import type { OutcomeCounts } from '#lib/store/outcomes.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import { readFlowOfOthers } from '#lib/store/read-flow-of-others.ts'
import { countProfilesCreated } from '#lib/store/profiles.ts'
import type { PageParts } from '#lib/views/page-parts.ts'
import type { ViewContext } from '#lib/views/read-view.ts'
import { statusOf, unseenSinceMs } from '#lib/views/source-statuses.ts'
import { isLeak } from '#lib/views/troubles.ts'
import type { JourneyStage } from './contract.ts'

interface JourneyRequest {
  readonly context: ViewContext
  readonly parts: PageParts
  readonly fromMs: number
  /** E-mails of the range by what they are now; null where no outcome is known. */
  readonly counts: OutcomeCounts | null
  readonly hasProfiles: boolean
}

/**
 * The road of a profile to its e-mail with what went into and out of each stage in the range. Messages that Spillway itself moved are left
 * out. What CloudWatch did not tell is null, never zero. Empty where no flow is configured.
 */
export async function loadJourney(request: JourneyRequest): Promise<JourneyStage[]> {
  const { context, hasProfiles, counts } = request
  const { settings } = context
  if (settings.flow.length === 0) return []
  const queues = await Promise.all(settings.flow.map((stage) => queueStage(stage, request)))
  const profiles = hasProfiles ? [await profileStage(request)] : []
  const ofEmails = statusOf(request.parts.sight.statuses, 'email-outcomes')
  const emails: JourneyStage = {
    ...EMPTY,
    kind: 'emails',
    label: settings.emails.label,
    in: counts === null ? null : counts.delivered + counts.accepted + counts.failed,
    out: counts === null ? null : counts.delivered + counts.accepted,
    unknownSinceMs: ofEmails.parts.length > 0 ? null : ofEmails.sinceMs,
  }
  return [...profiles, ...queues, emails]
}

const EMPTY = {
  service: null,
  in: null,
  out: null,
  leak: null,
  unknownSinceMs: null,
  knownSinceMs: null,
  href: null,
} as const

/** Profiles are known from the first one on that was told; before it their number is not zero but unknown. */
async function profileStage({ context, parts, fromMs }: JourneyRequest): Promise<JourneyStage> {
  const { tx, nowMs } = context
  const { total, firstMs } = await countProfilesCreated(tx, { fromMs, toMs: nowMs })
  const ofProfiles = statusOf(parts.sight.statuses, 'profiles')
  const knownSinceMs = firstMs !== null && firstMs > fromMs ? firstMs : null
  return {
    ...EMPTY,
    kind: 'profiles',
    label: 'profiles created',
    in: total,
    knownSinceMs,
    unknownSinceMs: ofProfiles.sinceMs,
  }
}

async function queueStage(
  stage: ViewContext['settings']['flow'][number],
  { context, parts, fromMs }: JourneyRequest,
): Promise<JourneyStage> {
  const { nowMs } = context
  const label = stage.label ?? stage.queue
  const sums = await readFlowOfOthers(context.tx, stage.queue, { fromMs, toMs: nowMs })
  const leak = parts.findings.find((finding) => isLeak(finding) && finding.subject.id === stage.queue)
  return {
    kind: 'queue',
    label,
    service: stage.service ?? null,
    in: sums.sent,
    out: sums.deleted,
    leak: leak === undefined ? null : await leakWords(context, stage.service ?? label, leak),
    unknownSinceMs: unseenSinceMs(parts.sight, 'cloudwatch-metrics', stage.queue),
    knownSinceMs: null,
    href: routes.queue(stage.queue),
  }
}

/** `tis-trainee-sync: 41 in, 0 out since 13 Aug 10:09`. */
async function leakWords(context: ViewContext, name: string, leak: StoredFinding): Promise<string> {
  const { nowMs, timeZone } = context
  const since = await readFlowOfOthers(context.tx, leak.subject.id, { fromMs: leak.sinceMs, toMs: nowMs })
  const told = leak.evidence['sent']
  // The figure that the finding itself states, so that the page does not say two.
  const sent = typeof told === 'number' ? told : (since.sent ?? 0)
  return `${name}: ${figure(sent)} in, ${figure(since.deleted ?? 0)} out ${sinceWords(leak.sinceMs, nowMs, timeZone)}`
}
