'use client'
import { useEffect, useEffectEvent, useRef, type RefObject } from 'react'

/** Calls back when `t` is pressed while the focus is in the chart; elsewhere the key belongs to the page. */
export function useTableKey(onPress: () => void): RefObject<HTMLElement | null> {
  const boxRef = useRef<HTMLElement>(null)
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) onPress()
  })
  useEffect(() => {
    const box = boxRef.current
    if (box === null) return undefined
    const listen = (event: KeyboardEvent): void => onKey(event)
    box.addEventListener('keydown', listen)
    return () => box.removeEventListener('keydown', listen)
  }, [])
  return boxRef
}
