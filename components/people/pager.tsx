import Link from 'next/link'
import { formatCount } from '#components/ui/format-count.ts'

interface PagerProps {
  readonly page: number
  readonly pages: number
  readonly hrefOf: (page: number) => string
}

/** From page to page; nothing where one holds all. */
export function Pager({ page, pages, hrefOf }: PagerProps) {
  if (pages <= 1 && page <= 1) return null
  return (
    <nav aria-label="Pages of the list" className="mt-3 flex flex-wrap items-center gap-4">
      {page > 1 ? (
        <Link href={hrefOf(Math.min(page - 1, pages))} prefetch={false} className="button" rel="prev">
          Previous
        </Link>
      ) : null}
      <span className="text-soft">
        page {formatCount(page)} of {formatCount(pages)}
      </span>
      {page < pages ? (
        <Link href={hrefOf(page + 1)} prefetch={false} className="button" rel="next">
          Next
        </Link>
      ) : null}
    </nav>
  )
}
