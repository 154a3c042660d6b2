import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { counted, figure } from '#lib/domain/count-words.ts'
import { AppError } from '#lib/domain/errors.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { redriveName, redriveNumber, redriveStateWords, totalWords } from '#lib/domain/redrive.ts'
import { approvalWords } from '#lib/domain/redrive-approval.ts'
import { takesWords } from '#lib/domain/redrive-duration.ts'
import { missedWords } from '#lib/domain/redrive-missed.ts'
import { frozenWords, movesWholeGroups } from '#lib/domain/redrive-selection.ts'
import { causeWords } from '#lib/domain/redrive-guard.ts'
import { firstPace, paceWords } from '#lib/domain/redrive-pace.ts'
import { runningWords } from '#lib/domain/move-task.ts'
import type { RunProof } from '#lib/domain/redrive-fate.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Tx } from '#lib/store/db.ts'
import { getIncident } from '#lib/store/incidents.ts'
import { needsTyping, readApproval } from '#lib/store/read-approval.ts'
import { readPreflight } from '#lib/store/read-preflight.ts'
import { judgeFirst, proveRedrive } from '#lib/store/prove-redrive.ts'
import { countRedrivePeople } from '#lib/store/redrive-evidence.ts'
import { countLedger, listCanaries, listNotable, type LedgerCounts } from '#lib/store/read-ledger.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import { getRedrive, hasStoppedItself } from '#lib/store/redrives.ts'
import type { ParamsOf } from '#lib/views/define-view.ts'
import { nameQueue, tellRedrive } from '#lib/views/redrive-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf, loadSight } from '#lib/views/source-statuses.ts'
import {
  redriveView,
  type LedgerNote,
  type RedriveApproval,
  type RedriveCanary,
  type RedriveCounts,
  type RedrivePage,
} from './contract.ts'

const MOST_NOTES = 50
const MOST_LINES = 100

/** One redrive: plan, first message, counts and proof. Throws `not_found` for a name that no redrive has. */
export async function loadRedrive({ name }: ParamsOf<typeof redriveView>, context: ViewContext): Promise<RedrivePage> {
  const { tx, nowMs } = context
  const id = redriveNumber(name)
  if (id === null) throw new AppError('not_found', `There is no redrive ${name}.`)
  const run = await getRedrive(tx, id)
  const canaries = await listCanaries(tx, id)
  const [sight, counts, judged, proof, people, notes, incident, preflight] = await Promise.all([
    loadSight(context),
    countLedger(tx, id),
    judgedOf(tx, run, { canaries, nowMs }),
    proveRedrive(tx, run, { isNowhere: run.settledMs !== null, nowMs }),
    countRedrivePeople(tx, id),
    listNotable(tx, id, { isHalfWay: isResting(run), limit: MOST_NOTES }),
    run.incident === null ? null : getIncident(tx, run.incident),
    run.state === 'planned' ? readPreflight(tx, run, context) : [],
  ])
  const headline = tellRedrive(run, proof, context)
  return {
    nowMs,
    headline,
    blind: blindOf(sight.statuses),
    name: redriveName(id),
    truth: headline.truth,
    source: nameQueue(run.sourceQueue, context),
    destination: nameQueue(run.destinationQueue, context),
    incident:
      incident === null
        ? null
        : {
            name: incidentName(incident.number),
            title: incident.title,
            href: routes.incident(incidentName(incident.number)),
          },
    ...planOf(run, context.settings.redrive),
    preflight,
    approval: approvalOf(run, context),
    isTyped: run.state === 'planned' && needsTyping(run, context.settings),
    canary:
      canaries.length === 0
        ? null
        : { messages: canaries.map(canaryOf), consumed: Math.min(canaries.length, proof.consumed), ...judged },
    counts: countsOf(run, counts, proof),
    people: { named: people.named, withEmail: people.withEmail, without: people.without },
    missed: missedFacts(run),
    notes: notes.map((row) => noteOf(row, isResting(run))),
  }
}

type PlanFacts = Omit<
  RedrivePage,
  | 'nowMs'
  | 'headline'
  | 'blind'
  | 'name'
  | 'truth'
  | 'source'
  | 'destination'
  | 'incident'
  | 'preflight'
  | 'approval'
  | 'isTyped'
  | 'canary'
  | 'counts'
  | 'people'
  | 'missed'
  | 'notes'
>

function planOf(run: Redrive, { verifyMinutes, ramp: { windowSeconds } }: Settings['redrive']): PlanFacts {
  return {
    id: run.id,
    mode: run.mode,
    state: run.state,
    stateWords: redriveStateWords(run),
    destinationKind: run.destinationKind,
    way: run.way,
    ...selectionFacts(run),
    transform: run.transform,
    canaryMessages: run.canaryMessages,
    purpose: run.purpose,
    mostMessages: run.mostMessages,
    perSecond: run.perSecond,
    rampFrom: firstPace(run),
    takesWords: run.state === 'planned' ? takesWords({ ...run, windowSeconds }) : null,
    paceWords: run.state === 'running' ? paceWords(run.pace, run.perSecond) : null,
    isResumable: hasStoppedItself(run),
    story: run.story.slice(-MOST_LINES),
    holdSeconds: run.holdSeconds,
    aboutMessages: run.aboutMessages,
    samples: run.samples,
    taskWords: run.state === 'running' && run.task !== null ? runningWords(run.task) : null,
    reason: run.reason,
    trouble: run.trouble,
    plannedBy: run.plannedBy,
    plannedMs: run.plannedMs,
    startedBy: run.startedBy,
    startedMs: run.startedMs,
    movedMs: run.movedMs,
    verifyUntilMs: run.state === 'verifying' && run.movedMs !== null ? run.movedMs + verifyMinutes * 60_000 : null,
    endedMs: run.endedMs,
    endedBy: run.endedBy,
  }
}

function approvalOf(run: Redrive, { settings }: ViewContext): RedriveApproval | null {
  const { rule, isGiven } = readApproval(run, settings)
  if (rule === null && !isGiven) return null
  return {
    words: rule === null ? 'A second person was asked.' : approvalWords(rule),
    given: run.approvedBy === null || run.approvedMs === null ? null : { by: run.approvedBy, atMs: run.approvedMs },
  }
}

function selectionFacts(run: Redrive): Pick<RedrivePage, 'selection' | 'frozen'> {
  const { messageIds, ...criteria } = run.selection
  const seen = { read: run.readMessages ?? 0, matched: run.matchedMessages ?? 0, isGroupwise: movesWholeGroups(run) }
  return {
    selection: { ...criteria, listed: messageIds?.length ?? null },
    frozen: `${frozenWords(run.selection, seen)} ${heldWords(run)}`.trimEnd(),
  }
}

function canaryOf({ messageId, state, sentMs, cameBackMs }: LedgerRow): RedriveCanary['messages'][number] {
  return { messageId, state, sentMs, hasComeBack: cameBackMs !== null }
}

/** Until it is settled the evidence is judged as it is now, so that it says what the figures beside it say. */
async function judgedOf(
  tx: Tx,
  run: Redrive,
  { canaries, nowMs }: { readonly canaries: readonly LedgerRow[]; readonly nowMs: number },
): Promise<Pick<RedriveCanary, 'fate' | 'evidence'>> {
  if (run.canaryFate === 'unknown' && canaries.length > 0)
    return judgeFirst(tx, run, canaries, { isNowhere: false, nowMs })
  return { fate: run.canaryFate, evidence: run.canaryEvidence }
}

/** Not told of a finished one: there it stands with what was not moved. */
function heldWords({ preflight, missed }: Redrive): string {
  const held = preflight?.messages.held ?? 0
  if (held === 0 || missed !== null) return ''
  return `${counted(held, 'message')} more of those read ${held === 1 ? 'is' : 'are'} in groups that somebody holds and stay where they are.`
}

function missedFacts({ missed, selection }: Redrive): RedrivePage['missed'] {
  const words = missedWords(missed, selection.messageIds?.length ?? null)
  return words === null ? null : { words, messages: missed?.messages ?? [] }
}

function countsOf(
  run: Redrive,
  counts: LedgerCounts,
  { sent, consumed, cameBack, causes, unknown }: RunProof,
): RedriveCounts {
  const moved = run.way === 'move-task' ? sent : counts.sent + counts.deleted
  const total = totalWords({ ...run, moved })
  const undeleted = isResting(run) && counts.sent > 0 ? undeletedWords(counts.sent) : null
  return {
    waiting: counts.read,
    halfWay: counts.sending,
    moved,
    movedHow: total === null || undeleted === null ? (total ?? undeleted) : `${total}; ${undeleted}`,
    refused: counts.refused,
    consumed,
    cameBack,
    cameBackHow: causeWords(causes, cameBack),
    unknown,
    possibleDuplicates: counts.possibleDuplicates,
  }
}

function undeletedWords(count: number): string {
  return `${figure(count)} not known to be deleted from where ${count === 1 ? 'it was' : 'they were'}`
}

/** Nothing is moved at the moment: what is half way stays so for long, and at the end for good. */
function isResting({ state, way }: Redrive): boolean {
  return way === 'ledger' && !MOVING.has(state)
}

const MOVING: ReadonlySet<Redrive['state']> = new Set(['canary', 'waiting', 'running'])

const HALF_WAY = {
  sending:
    'whether SQS took it is not known: it may stand where it was, where it was sent to, or in both; look before it is sent again',
  sent: 'sent, and it may still stand where it was: the next redrive by Spillway deletes it there without sending it again; a move task of SQS is refused until then',
} as const

function noteOf(row: LedgerRow, isRestingNow: boolean): LedgerNote {
  const { messageId, state, readMs, isPossibleDuplicate, cameBackMs, problem } = row
  const halfWay = isRestingNow && (state === 'sending' || state === 'sent') ? HALF_WAY[state] : null
  return { messageId, state, readMs, isPossibleDuplicate, cameBackMs, halfWay, problem }
}

export const redriveQuery = readView(redriveView, loadRedrive)
