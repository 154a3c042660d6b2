import { sourceTruth } from '#components/overview/sources-line.tsx'
import { notReadOf } from '#components/ui/not-read.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Age, Since } from '#components/ui/time.tsx'
import type { SettingsPage } from '#lib/views/settings/contract.ts'

type Source = SettingsPage['sources'][number]

/** Every source: whether it answers, how old its last word is, and how to connect it. That Spillway does not read is said once for all. */
export function SourceTable({ sources }: Pick<SettingsPage, 'sources'>) {
  const notRead = notReadOf(sources)
  return (
    <Part title="Sources">
      {notRead === null ? null : (
        <p className="mb-3 max-w-[60rem]">
          <span className="font-medium">{notRead.title}.</span> {notRead.notes.join(' ')}
        </p>
      )}
      <ul className="border-t border-strong">
        {sources.map((source) => (
          <li
            key={source.id}
            id={`source-${source.id}`}
            className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 border-b border-rule py-2 md:grid-cols-[1rem_15rem_14rem_minmax(0,1fr)]"
          >
            <span className="flex h-5 items-center">
              <StateMark truth={sourceTruth(source)} />
            </span>
            <span className="font-medium">{source.title}</span>
            <span className="col-start-2 text-soft md:col-start-auto">
              <SourceState source={source} />
            </span>
            <span className="col-start-2 min-w-0 text-soft [overflow-wrap:anywhere] md:col-start-auto">
              {source.message === null || source.state === 'not-read' ? null : (
                <span className="block text-ink">{source.message}</span>
              )}
              {source.state === 'ok' || source.state === 'not-read' ? null : (
                <span className="block text-12 leading-5">{source.teaches}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** A source that waits for messages has no interval: it is always asked. */
function everyWords(everySeconds: number): string {
  return everySeconds === 0 ? 'all the time' : `every ${everySeconds} s`
}

function SourceState({ source }: { readonly source: Source }) {
  if (source.state === 'not-configured') return 'not connected'
  if (source.state === 'waiting') return `not read yet, ${everyWords(source.everySeconds)}`
  if (source.state === 'failing' || source.state === 'not-read')
    return (
      <>
        {source.state === 'failing' ? 'does not answer' : 'not read'} <Since atMs={source.sinceMs} />
      </>
    )
  return source.lastOkMs === null ? (
    everyWords(source.everySeconds)
  ) : (
    <>
      read <Age atMs={source.lastOkMs} /> ago, {everyWords(source.everySeconds)}
    </>
  )
}
