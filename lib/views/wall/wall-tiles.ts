import { failedWords } from '#lib/domain/email-truth.ts'
import { worstTruth, type Truth } from '#lib/domain/truth.ts'
import type { EmailStage, PeopleWithout, QueueStage, ServiceStage } from '#lib/views/overview/contract.ts'
import type { QueueRow, SourceStatus } from '#lib/views/shared.ts'
import type { WallTile } from './contract.ts'

const MOST_TILES = 7

export interface WallParts {
  readonly people: PeopleWithout
  /** What is said of the people: their state, words and moment are those of the e-mails as a stage. Null where nothing is connected. */
  readonly emails: EmailStage | null
  /** What is seen of the source of e-mail outcomes. */
  readonly emailSource: Pick<SourceStatus, 'state' | 'sinceMs'>
  readonly stages: readonly QueueStage[]
  /** Dead-letter queues, worst first. */
  readonly dlqs: readonly QueueRow[]
  readonly services: readonly ServiceStage[]
}

/** At most seven tiles, worst first: people, queues of the flow, dead-letter queues, services, failed e-mails. */
export function wallTiles(parts: WallParts): WallTile[] {
  const people = peopleTile(parts)
  const failed = parts.emails === null ? [] : [failedTile(parts.emails, parts.emailSource)]
  const others = [
    ...worstFirst(parts.stages.map(queueTile)),
    ...worstFirst(parts.dlqs.map(deadLetterTile)),
    // A service that Spillway is not told to watch is a matter of settings, not news for a wall.
    ...worstFirst(parts.services.filter((service) => service.isWatched).map(serviceTile)),
  ]
  const places = MOST_TILES - 1 - failed.length
  // What is well gives way to what is not, wherever it stands.
  const kept = new Set(worstFirst(others).slice(0, places))
  return worstFirst([people, ...others.filter((tile) => kept.has(tile)), ...failed])
}

const RANK: Readonly<Record<Truth, number>> = { bad: 0, healing: 1, unknown: 2, muted: 3, ok: 4 }

function worstFirst(tiles: readonly WallTile[]): WallTile[] {
  return tiles.toSorted((a, b) => RANK[a.truth] - RANK[b.truth])
}

function peopleTile({ people, emails }: WallParts): WallTile {
  const named = people.named ?? 0
  const isAnyoneWithout = named > 0 || people.countable !== null
  const truth = worstTruth([emails?.truth ?? 'unknown', ...(isAnyoneWithout ? ['bad' as const] : [])])
  // A zero in large figures above "about 12 more" would read as good from across the room.
  const figure = named === 0 ? (people.countable ?? people.named) : named
  return {
    id: 'people',
    label: 'People without',
    truth,
    figure: toldFigure(figure, truth),
    unit: figure === 1 ? 'person' : 'people',
    word: countableWords(people) ?? emails?.word ?? (isAnyoneWithout ? 'as last told' : 'not connected'),
    ...momentsOf({ people, emails }),
  }
}

function momentsOf({ people, emails }: Pick<WallParts, 'people' | 'emails'>): Pick<WallTile, 'sinceMs' | 'asOfMs'> {
  return { sinceMs: people.sinceMs ?? emails?.sinceMs ?? null, asOfMs: emails?.asOfMs ?? null }
}

function countableWords({ named, countable }: PeopleWithout): string | null {
  if (countable === null) return null
  return (named ?? 0) === 0 ? 'about, not named' : `and about ${countable} not named`
}

function queueTile({ row, leak, leakSinceMs }: QueueStage): WallTile {
  // Where nothing is processed, messages in flight come back: they are as stuck as those that wait.
  const isStuck = leak !== null && row.visible !== null
  return {
    id: `queue:${row.name}`,
    label: row.label,
    truth: row.truth,
    figure: isStuck ? (row.visible ?? 0) + (row.inFlight ?? 0) : toldFigure(row.visible, row.truth),
    unit: isStuck ? 'stuck' : 'waiting',
    word: leak ?? row.word,
    sinceMs: leakSinceMs ?? row.sinceMs,
    asOfMs: row.depthAsOfMs,
  }
}

function deadLetterTile(row: QueueRow): WallTile {
  return {
    id: `queue:${row.name}`,
    label: row.label,
    truth: row.truth,
    figure: toldFigure(row.visible === null ? null : row.visible + (row.inFlight ?? 0), row.truth),
    unit: 'dead letters',
    word: row.word,
    sinceMs: row.sinceMs,
    asOfMs: row.depthAsOfMs,
  }
}

function serviceTile(stage: ServiceStage): WallTile {
  return {
    id: `service:${stage.name}`,
    label: stage.name,
    truth: stage.truth,
    figure: toldFigure(stage.errors, stage.truth),
    unit: 'errors in the last hour',
    word: stage.word,
    sinceMs: stage.sinceMs,
    asOfMs: stage.asOfMs,
  }
}

/** Failures of the last day do not make the tile bad by themselves, an open finding does: who is still without stands in the tile of people. */
function failedTile(emails: EmailStage, source: WallParts['emailSource']): WallTile {
  const isSeen = source.state === 'ok' && emails.failed !== null
  const truth = isSeen ? (emails.isFailing ? 'bad' : 'ok') : 'unknown'
  return {
    id: 'emails-failed',
    label: 'E-mails failed',
    truth,
    figure: toldFigure(emails.failed, truth),
    unit: 'in the last 24 hours',
    word: isSeen ? failedWords(emails.failed ?? 0) : emails.truth === 'unknown' ? emails.word : 'not seen',
    sinceMs: isSeen ? null : source.sinceMs,
    asOfMs: emails.asOfMs,
  }
}

/** A last known figure is told with its age; a last known zero is not, since from across the room it reads as good. */
function toldFigure(figure: number | null, truth: Truth): number | null {
  return truth === 'unknown' && figure === 0 ? null : figure
}
