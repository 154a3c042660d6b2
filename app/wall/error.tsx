'use client'
import { useEffect } from 'react'
import { WallNotice } from '#components/wall/wall-notice.tsx'

const AGAIN_MS = 10_000

/** Nobody stands before a board to press a button: it loads itself again until it works. */
export default function WallError() {
  useEffect(() => {
    const timer = setInterval(() => {
      // Only a server that answers is loaded from: the browser's own error page would never come back.
      fetch('/api/health', { cache: 'no-store' }).then(
        () => location.reload(),
        () => undefined,
      )
    }, AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <WallNotice text="Spillway cannot read its store; nothing is known to be good.">
      <p>This board loads itself again every {AGAIN_MS / 1000} seconds.</p>
    </WallNotice>
  )
}
