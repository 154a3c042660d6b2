import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Since } from '#components/ui/time.tsx'
import type { Truth } from '#lib/domain/truth.ts'
import type { AlarmRow, QueuePage } from '#lib/views/queue/contract.ts'

const ALARM_TRUTH: Readonly<Record<AlarmRow['state'], Truth>> = { ok: 'ok', alarm: 'bad', insufficient: 'unknown' }
const ALARM_WORD: Readonly<Record<AlarmRow['state'], string>> = {
  ok: 'OK',
  alarm: 'in alarm',
  insufficient: 'not enough data',
}

/** CloudWatch alarms on this queue, with what keeps them from speaking. While alarms are not read, none is well and none is missing. */
export function AlarmList({ alarms, alarmsUnknown }: Pick<QueuePage, 'alarms' | 'alarmsUnknown'>) {
  const isSeen = alarmsUnknown === null
  return (
    <Part title="CloudWatch alarms">
      {alarms.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">
          {isSeen ? 'No CloudWatch alarm looks at this queue.' : `Not known. ${alarmsUnknown}`}
        </p>
      ) : (
        <ul className="border-t border-strong">
          {alarms.map((alarm) => (
            <li key={alarm.name} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-2">
              <span className="flex h-5 items-center">
                <StateMark truth={alarm.state === 'ok' && !isSeen ? 'unknown' : ALARM_TRUTH[alarm.state]} />
              </span>
              <div className="min-w-0">
                <p className="flex flex-wrap justify-between gap-x-4">
                  <span className="font-medium [overflow-wrap:anywhere]">{alarm.name}</span>
                  <span className="text-soft">
                    {ALARM_WORD[alarm.state]}
                    {isSeen ? '' : ' when last seen,'} <Since atMs={alarm.sinceMs} />
                  </span>
                </p>
                <p className="text-soft [overflow-wrap:anywhere]">{alarm.reason}</p>
                <p className="text-12 text-soft">
                  {alarm.hasAction ? 'Tells somebody.' : 'Tells nobody: it has no action.'} Missing data:{' '}
                  {alarm.missingData}.
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}
