'use client'
import { observeWindowOffset, useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { WHOLE_UP_TO } from './first-rows.ts'

const ROW_PX = 32
/** Rows drawn beyond each edge of the screen, for the Tab key and for a screen that scrolls before its page is told. */
const OVERSCAN = 12
/** A screen that the server imagines, so that the first HTML holds what any screen shows. */
const FIRST_SCREEN = { width: 1440, height: 800 }

/** Which rows of a long table are drawn. All rows are of one height, which the style sheet decides by width and pointer. */
export function useRowsInSight(count: number) {
  const bodyRef = useRef<HTMLTableSectionElement>(null)
  const [place, setPlace] = useState({ rowPx: ROW_PX, topPx: 0 })
  // What it returns changes by itself; this hook hands on plain numbers, and the project does not use React's compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => place.rowPx,
    overscan: count <= WHOLE_UP_TO ? WHOLE_UP_TO : OVERSCAN,
    scrollMargin: place.topPx,
    initialRect: FIRST_SCREEN,
    // What the browser remembers of an earlier visit is not known to the server, but at once in the browser.
    initialOffset: 0,
    observeElementOffset: (instance, tell) => {
      const stop = observeWindowOffset(instance, tell)
      if (scrollY > 0) tell(scrollY, false)
      return stop
    },
    // By itself it would scroll to the top when the page wakes up.
    scrollToFn: () => {},
  })
  useLayoutEffect(() => {
    const look = (): void => {
      const body = bodyRef.current
      if (body === null) return
      const rowPx = body.querySelector('tr:not(.spacer)')?.getBoundingClientRect().height ?? ROW_PX
      const topPx = Math.round(body.getBoundingClientRect().top + scrollY)
      setPlace((old) => (old.rowPx === rowPx && old.topPx === topPx ? old : { rowPx, topPx }))
    }
    look()
    // Whatever moves the table or changes the height of its rows changes the height of the page.
    const observer = new ResizeObserver(look)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, place.rowPx])
  const drawn = virtualizer.getVirtualItems()
  const showRow = useCallback(
    (index: number): void => scrollTo({ top: place.topPx + (index + 0.5) * place.rowPx - innerHeight / 2 }),
    [place],
  )
  return { bodyRef, rowPx: place.rowPx, from: drawn[0]?.index ?? 0, to: (drawn.at(-1)?.index ?? -1) + 1, showRow }
}
