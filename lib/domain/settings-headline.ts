import { counted } from './count-words.ts'
import {
  blindClause,
  blindHeadline,
  headlineOf,
  unconnectedHeadline,
  type Clause,
  type Clock,
  type Headline,
  type SourceSight,
} from './headline.ts'

export interface SettingsFacts {
  readonly clock: Clock
  /** Settings and variables whose values cannot be used. */
  readonly problemCount: number
  readonly sources: readonly SourceSight[]
  readonly firstMissing: string | null
}

/** The sentence of the settings page. */
export function settingsHeadline({ clock, problemCount, sources, firstMissing }: SettingsFacts): Headline {
  const blind = blindClause(sources, clock)
  if (problemCount > 0) {
    const text = `${counted(problemCount, 'setting')} cannot be used`
    return headlineOf({ truth: 'bad', text, short: text }, blind)
  }
  const unconnected = unconnectedHeadline(sources, firstMissing)
  if (unconnected !== null) return unconnected
  if (blind !== null) return blindHeadline(blind)
  const open = sources.filter((source) => source.state === 'not-configured').length
  const waiting = sources.filter((source) => source.state === 'waiting').length
  if (waiting > 0) {
    const text = `${counted(waiting, 'source')} that ${waiting === 1 ? 'is' : 'are'} configured ${waiting === 1 ? 'has' : 'have'} not been read yet`
    return headlineOf({ truth: 'unknown', text, short: 'Waiting' })
  }
  const rest: Clause | null =
    open === 0
      ? null
      : { truth: 'ok', text: `${counted(open, 'source')} ${open === 1 ? 'is' : 'are'} not connected`, short: '' }
  return headlineOf({ truth: 'ok', text: 'Everything that is configured answers', short: 'All answer' }, rest)
}
