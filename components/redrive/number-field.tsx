'use client'
import { useId } from 'react'

interface NumberFieldProps {
  readonly label: string
  /** What holds while nothing is written. */
  readonly placeholder: string
  readonly value: number | null
  readonly most: number
  readonly change: (value: number | null) => void
}

/** A whole number from 1 on, or nothing. */
export function NumberField({ label, placeholder, value, most, change }: NumberFieldProps) {
  const id = useId()
  return (
    <label htmlFor={id} className="text-12 text-soft">
      {label}
      <input
        id={id}
        type="number"
        min={1}
        max={most}
        step={1}
        inputMode="numeric"
        placeholder={placeholder}
        className="field mt-1 w-28! text-14 text-ink"
        value={value ?? ''}
        onChange={({ target }) => change(Number.isNaN(target.valueAsNumber) ? null : target.valueAsNumber)}
      />
    </label>
  )
}
