'use client'
import { useEffect, useRef, type ReactNode } from 'react'

interface KeptFocusProps {
  /** What the group is for, read out when the focus comes to it. */
  readonly label: string
  readonly className?: string
  readonly children: ReactNode
}

/**
 * Controls that come and go with the state: when the one that has the focus goes, the group takes the focus, so that a person with a
 * keyboard goes on from here and not from the top of the page.
 */
export function KeptFocus({ label, className, children }: KeptFocusProps) {
  const group = useRef<HTMLElement>(null)
  useEffect(() => (group.current === null ? undefined : keepFocus(group.current)), [])
  return (
    <section
      ref={group}
      tabIndex={-1}
      aria-label={label}
      className={`focus-visible:outline-offset-8 ${className ?? ''}`}
    >
      {children}
    </section>
  )
}

function keepFocus(group: HTMLElement): () => void {
  let last: Element | null = null
  const remember = (event: FocusEvent): void => {
    last = event.target instanceof Element ? event.target : null
  }
  // A person who leaves is not brought back; an element that is taken away leaves too, but is connected no more right after.
  const forget = (event: FocusEvent): void => {
    const left = event.target
    queueMicrotask(() => {
      if (left === last && left instanceof Element && left.isConnected) last = null
    })
  }
  const watcher = new MutationObserver(() => {
    if (last === null || last.isConnected || document.activeElement !== document.body) return
    last = null
    group.focus({ preventScroll: true })
  })
  group.addEventListener('focusin', remember)
  group.addEventListener('focusout', forget)
  watcher.observe(group, { childList: true, subtree: true })
  return () => {
    group.removeEventListener('focusin', remember)
    group.removeEventListener('focusout', forget)
    watcher.disconnect()
  }
}
