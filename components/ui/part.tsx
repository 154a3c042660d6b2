import { useId, type ReactNode } from 'react'

interface PartProps {
  readonly title: string
  /** Small words beside the title: a count, a window, a source. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** A part of a page under its heading. */
export function Part({ title, aside, children }: PartProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 id={id} className="part-title">
          {title}
        </h2>
        {aside === undefined ? null : <div className="text-12 text-soft">{aside}</div>}
      </div>
      {children}
    </section>
  )
}
