import 'server-only'
import { counted } from '#lib/domain/count-words.ts'
import { AppError } from '#lib/domain/errors.ts'
import { headlineOf, type Headline } from '#lib/domain/headline.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { maskRef } from '#lib/domain/mask-ref.ts'
import {
  renderResyncBody,
  resyncName,
  resyncNumber,
  resyncProofWords,
  resyncTruth,
  type ResyncProof,
} from '#lib/domain/resync.ts'
import { routes } from '#lib/domain/routes.ts'
import { listResyncPeople, proveResync, type ResyncPerson } from '#lib/store/read-resync.ts'
import { getResync, type Resync } from '#lib/store/resyncs.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { canReadRefs, refFor } from '#lib/views/finding-rows.ts'
import { emailSources } from '#lib/views/page-parts.ts'
import { personKey } from '#lib/store/person-key.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import { resyncView, type ResyncPage, type ResyncPersonRow, type ResyncSample } from './contract.ts'

const PAGE_SIZE = 100

/** One re-sync: plan, progress and proof, with its people. Throws `not_found` for a name that no re-sync has. */
export async function loadResync(
  { name, page }: ParamsOf<typeof resyncView>,
  context: ViewContext,
): Promise<ResyncPage> {
  const { tx, nowMs, viewer } = context
  const id = resyncNumber(name)
  if (id === null) throw new AppError('not_found', `There is no re-sync ${name}.`)
  const run = await getResync(tx, id)
  const [sight, proof, people, [first]] = await Promise.all([
    loadSight(context),
    proveResync(tx, id),
    listResyncPeople(tx, id, { offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE }),
    listResyncPeople(tx, id, { offset: 0, limit: 1 }),
  ])
  const { incident } = run
  const toAsk = proof.people - proof.skipped
  return {
    nowMs,
    headline: headlineFor(run, proof),
    blind: blindOf(emailSources(sight.statuses)),
    id,
    name: resyncName(id),
    state: run.state,
    truth: resyncTruth(run.state, proof),
    title: run.title ?? (incident === null ? 'people' : `people of ${incidentName(incident)}`),
    incident:
      incident === null ? null : { name: incidentName(incident), href: routes.incident(incidentName(incident)) },
    proof,
    words: resyncProofWords(proof),
    perSecond: run.perSecond,
    aboutSeconds: Math.ceil(toAsk / run.perSecond),
    sample: first === undefined ? null : sampleOf(run, maskRef(first.ref)),
    reason: run.reason,
    trouble: run.trouble,
    startedBy: run.startedBy,
    startedMs: run.startedMs,
    endedMs: run.endedMs,
    page,
    pages: Math.max(1, Math.ceil(proof.people / PAGE_SIZE)),
    people: people.map((person) => rowOf(person, context)),
    isClear: canReadRefs(viewer),
  }
}

function headlineFor(run: Resync, proof: ResyncProof): Headline {
  const name = resyncName(run.id)
  const truth = resyncTruth(run.state, proof)
  if (run.state === 'planned') {
    const people = counted(proof.people, 'person', 'people')
    return headlineOf({
      truth,
      text: `${name} would ask again for the data of ${people}; nobody was asked for yet`,
      short: `${name} planned`,
    })
  }
  return headlineOf({ truth, text: `${name}: ${resyncProofWords(proof)}`, short: name })
}

function sampleOf({ via, queue, queueUrl, bodyTemplate, groupTemplate }: Resync, masked: string): ResyncSample {
  if (via === 'http')
    return { via, to: `${bodyTemplate} ${queueUrl.replaceAll('{ref}', masked)}`, body: null, group: null }
  const group = groupTemplate === null ? null : groupTemplate.replaceAll('{ref}', masked)
  return { via, to: queue, body: renderResyncBody(bodyTemplate, masked), group }
}

function rowOf({ ref, end, askedMs, problem }: ResyncPerson, { viewer, env }: ViewContext): ResyncPersonRow {
  return { key: personKey(env.SPILLWAY_SECRET ?? '', ref), ref: refFor(viewer, ref), end, askedMs, problem }
}

export const resyncQuery = readView(resyncView, loadResync)
