'use client'
import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'

interface ConfirmButtonProps {
  /** The verb that one sees first. */
  readonly label: string
  /** What is then pressed, in full. */
  readonly confirm: string
  /** The way back. */
  readonly keep: string
  /** What it means, told while it asks. */
  readonly note?: ReactNode
  readonly isDisabled?: boolean
  readonly isBusy?: boolean
  /** `close` takes the question away again, to be called once it is done. */
  readonly onConfirm: (close: () => void) => void
}

/** A button for what cannot be undone: it asks once more, in place, and says what it means. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { label, confirm, keep, note, isDisabled = false, isBusy = false, onConfirm } = props
  const [isAsking, setIsAsking] = useState(false)
  if (!isAsking)
    return (
      <Button isDisabled={isDisabled} isBusy={isBusy} onClick={() => setIsAsking(true)}>
        {label}
      </Button>
    )
  return (
    <span className="inline-flex flex-wrap items-center gap-3">
      <Button isDisabled={isDisabled} isBusy={isBusy} onClick={() => onConfirm(() => setIsAsking(false))}>
        {confirm}
      </Button>
      <Button onClick={() => setIsAsking(false)}>{keep}</Button>
      {note === undefined ? null : <span className="text-soft">{note}</span>}
    </span>
  )
}
