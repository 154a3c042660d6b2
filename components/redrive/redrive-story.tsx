import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

/** What happened to it on its way: its rates, where it stopped by itself, and who paused it or let it go on. */
export function RedriveStory({ story }: Pick<RedrivePage, 'story'>) {
  if (story.length === 0) return null
  return (
    <Part title="On its way">
      <ol className="border-t border-strong">
        {story.map(({ atMs, text }) => (
          <li
            key={`${atMs} ${text}`}
            className="grid grid-cols-[5rem_minmax(0,1fr)] gap-x-4 border-b border-rule py-1.5"
          >
            <span className="text-soft tabular-nums">
              <Time atMs={atMs} />
            </span>
            <span className="[overflow-wrap:anywhere]">{text}</span>
          </li>
        ))}
      </ol>
    </Part>
  )
}
