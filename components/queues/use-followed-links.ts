'use client'
import { useRouter } from 'next/navigation'
import { useEffect, type RefObject } from 'react'

/**
 * Follows the links of a table without loading the page anew. One listener for all of them: in a long list a `Link` for each costs the
 * browser more than the row that it stands in. A press with a modifier stays the browser's own, as does a page without scripts.
 */
export function useFollowedLinks(tableRef: RefObject<HTMLElement | null>): void {
  const router = useRouter()
  useEffect(() => {
    const table = tableRef.current
    const follow = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a') : null
      const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      if (link === null || !isPlain) return
      event.preventDefault()
      router.push(link.pathname)
    }
    table?.addEventListener('click', follow)
    return () => table?.removeEventListener('click', follow)
  }, [tableRef, router])
}
