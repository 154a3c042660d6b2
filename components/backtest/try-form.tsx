import { useId } from 'react'
import { Button } from '#components/ui/button.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { BacktestPage } from '#lib/views/backtest/contract.ts'

const RANGES = [
  { value: '7d', label: 'the last 7 days' },
  { value: '30d', label: 'the last 30 days' },
  { value: '90d', label: 'the last 90 days' },
] as const

/** What is tried on which time. A plain form, so that each comparison is an address. */
export function TryForm({ data }: { readonly data: BacktestPage }) {
  const id = useId()
  const { rule, range, rules, setting, present, tried } = data
  return (
    <form action={routes.backtest()} className="grid gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-[2fr_1fr_1fr_auto]">
      <div className="min-w-0">
        <label htmlFor={`${id}-rule`} className="text-12 text-soft">
          Rule
        </label>
        <select key={rule} id={`${id}-rule`} name="rule" className="field mt-0.5 truncate" defaultValue={rule}>
          {rules.map((each) => (
            <option key={each.id} value={each.id} className="bg-paper">
              {each.title}
            </option>
          ))}
        </select>
      </div>
      <div className="min-w-0">
        <label htmlFor={`${id}-range`} className="text-12 text-soft">
          Time
        </label>
        <select key={range} id={`${id}-range`} name="range" className="field mt-0.5 truncate" defaultValue={range}>
          {RANGES.map((each) => (
            <option key={each.value} value={each.value} className="bg-paper">
              {each.label}
            </option>
          ))}
        </select>
      </div>
      <div className="min-w-0">
        <label htmlFor={`${id}-value`} className="text-12 text-soft">
          Try with ({present.value} now)
        </label>
        <input
          key={`${rule} ${tried?.value}`}
          id={`${id}-value`}
          name="value"
          type="number"
          inputMode="decimal"
          min={setting.least}
          max={setting.most}
          step={setting.step}
          defaultValue={tried?.value ?? present.value}
          aria-describedby={`${id}-about`}
          className="field mt-0.5"
        />
      </div>
      <div className="flex items-end">
        <Button type="submit" isLead>
          Compare
        </Button>
      </div>
      <p id={`${id}-about`} className="text-12 text-soft sm:col-span-2 lg:col-span-4">
        <span className="font-mono">{setting.key}</span>: {setting.about}.
      </p>
    </form>
  )
}
