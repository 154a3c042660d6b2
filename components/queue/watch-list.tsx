import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import type { QueuePage } from '#lib/views/queue/contract.ts'

/** What watches this queue, and what does not. */
export function WatchList({ watch }: Pick<QueuePage, 'watch'>) {
  return (
    <Part title="What watches this queue">
      <ul className="border-t border-strong">
        {watch.map((item) => (
          <li key={item.label} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-2">
            <span className="flex h-5 items-center">
              <StateMark truth={item.truth} />
            </span>
            <div>
              <p className={item.truth === 'bad' ? 'font-medium text-bad' : 'font-medium'}>{item.label}</p>
              <p className="text-soft">{item.note}</p>
            </div>
          </li>
        ))}
      </ul>
    </Part>
  )
}
