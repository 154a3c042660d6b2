import type { ReactNode } from 'react'

interface ButtonProps {
  /** The one thing to do next. */
  readonly isLead?: boolean
  readonly type?: 'button' | 'submit'
  /** Not to be had at all: it cannot be reached, and words beside it say why. */
  readonly isDisabled?: boolean
  /** What was asked for is under way: a second click does nothing, and the focus stays where it is. */
  readonly isBusy?: boolean
  /** For a button that opens something below it. */
  readonly isExpanded?: boolean
  readonly onClick?: () => void
  readonly children: ReactNode
}

/** A button with a verb on it. While its action is under way it keeps the focus, which `disabled` would drop. */
export function Button(props: ButtonProps) {
  const { isLead = false, type = 'button', isDisabled = false, isBusy = false, isExpanded, onClick, children } = props
  return (
    <button
      // The two values are the only ones that ButtonProps allows.
      // oxlint-disable-next-line react/button-has-type
      type={type}
      className={isLead ? 'button button-lead' : 'button'}
      disabled={isDisabled}
      aria-disabled={isBusy || undefined}
      aria-expanded={isExpanded}
      onClick={(event) => {
        if (isBusy) event.preventDefault()
        else onClick?.()
      }}
    >
      {children}
    </button>
  )
}
