import type { IncidentFigures } from '#lib/domain/incident-figures.ts'

/** One figure as it was told and as it is; null = not known, or not asked then. */
export interface ToldRow {
  readonly label: string
  readonly told: number | null
  readonly now: number | null
  /** False also where nothing was told then and nothing has happened since. */
  readonly hasChanged: boolean
}

/** Figures that belong together: people, or one queue. */
export interface ToldGroup {
  readonly title: string
  readonly rows: readonly ToldRow[]
}

/**
 * The frozen figures beside the present ones, in the order in which they are told. Figures that neither side knows are left out; where
 * nothing was told yet, the first column is not known throughout.
 */
export function toldGroups(then: IncidentFigures | null, now: IncidentFigures): ToldGroup[] {
  const groups = [{ title: 'People', rows: peopleRows(then, now) }, ...queueGroups(then, now)]
  return groups.filter(({ rows }) => rows.length > 0)
}

function peopleRows(then: IncidentFigures | null, now: IncidentFigures): ToldRow[] {
  const [before, after] = [then?.people, now.people]
  // Where people are no question, zeros would only claim that somebody looked.
  if (isSilent(before) && isSilent(after)) return []
  return [
    row('without their e-mail because of it', before?.sinceIncident, after.sinceIncident),
    row('affected by it, healed or not', before?.affected, after.affected),
    row('known to have no e-mail address in the source', addressless(before), addressless(after)),
    // Most incidents know of none: a row of zeros would say nothing.
    ...((before?.bounced ?? 0) + (after.bounced ?? 0) === 0
      ? []
      : [row('whose e-mail went out and bounced', before?.bounced, after.bounced)]),
    row('counted by their messages, not known by name', before?.countable, after.countable),
    row('without their e-mail, whatever the reason', before?.without, after.without),
  ].filter(isTold)
}

function addressless(people: IncidentFigures['people'] | undefined): number | undefined {
  return people?.excused === undefined ? undefined : people.excused - (people.bounced ?? 0)
}

function isSilent(people: IncidentFigures['people'] | undefined): boolean {
  return people === undefined || (people.without === null && people.affected === 0)
}

function queueGroups(then: IncidentFigures | null, now: IncidentFigures): ToldGroup[] {
  const named = [...now.queues, ...(then?.queues ?? [])]
  return [...new Map(named.map((queue) => [queue.name, queue])).values()].map(({ name, label }) => {
    const [before, after] = [then, now].map((figures) => figures?.queues.find((queue) => queue.name === name))
    return {
      title: label,
      rows: [
        row('sent', before?.sent, after?.sent),
        row('processed', before?.deleted, after?.deleted),
        row('dead letters', before?.dlq, after?.dlq),
      ].filter(isTold),
    }
  })
}

function row(label: string, before: number | null | undefined, after: number | null | undefined): ToldRow {
  const [told, now] = [before ?? null, after ?? null]
  return { label, told, now, hasChanged: (told ?? 0) !== (now ?? 0) }
}

function isTold({ told, now }: ToldRow): boolean {
  return told !== null || now !== null
}
