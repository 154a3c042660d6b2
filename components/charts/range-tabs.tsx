import Link from 'next/link'
import { writeSpan } from './span-address.ts'

/** The ranges in the order of their length; the view's contract knows the same. */
const RANGE_WORDS = { '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 d', '30d': '30 d', '90d': '90 d' } as const

interface RangeTabsProps {
  readonly href: string
  readonly range: string
}

/** How far back the charts look; each is an address. */
export function RangeTabs({ href, range }: RangeTabsProps) {
  return (
    <nav aria-label="Range of the charts" className="flex gap-4">
      {Object.entries(RANGE_WORDS).map(([key, words]) => (
        <Link
          key={key}
          href={`${href}${writeSpan(key, null)}`}
          prefetch={false}
          replace
          scroll={false}
          aria-current={key === range ? 'true' : undefined}
          className="-mb-px flex min-h-8 min-w-6 items-center justify-center border-b-2 border-transparent text-soft no-underline hover:text-link aria-[current]:border-ink aria-[current]:font-medium aria-[current]:text-ink"
        >
          {words}
        </Link>
      ))}
    </nav>
  )
}
