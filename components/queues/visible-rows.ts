interface RowsInSight {
  readonly from: number
  /** One behind the last. */
  readonly to: number
}

interface Sight {
  /** Top edge of the first row above (negative) or below the top of the screen, px. */
  readonly topPx: number
  readonly screenPx: number
  readonly rowPx: number
  readonly count: number
}

/** Rows drawn beyond each edge of the screen, so that scrolling and the Tab key meet no hole. */
export const OVERSCAN = 40

/** Which rows of a long list are drawn: those on the screen and some beyond, in steps, so that few scrolls change them. */
export function visibleRows({ topPx, screenPx, rowPx, count }: Sight): RowsInSight {
  const step = OVERSCAN / 2
  const first = Math.floor(Math.max(0, -topPx) / rowPx)
  const last = Math.ceil(Math.max(0, screenPx - topPx) / rowPx)
  return {
    from: Math.max(0, Math.floor((Math.min(first, count) - OVERSCAN) / step) * step),
    to: Math.min(count, Math.ceil((last + OVERSCAN) / step) * step),
  }
}
