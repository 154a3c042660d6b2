import type { Truth } from '#lib/domain/truth.ts'

/** Text colour of each state; only bad and healing have one of their own. */
export const TRUTH_TEXT: Readonly<Record<Truth, string>> = {
  ok: 'text-ink',
  bad: 'text-bad',
  unknown: 'text-soft',
  muted: 'text-muted',
  healing: 'text-heal',
}

interface StateMarkProps {
  readonly truth: Truth
  /** Edge in px. */
  readonly size?: number
  /** 0 to 1: how far the healing is; half where it is not known. */
  readonly progress?: number
}

const RING = 2 * Math.PI * 5

/** The shape of a state: dot, diamond, hatched square, slashed ring, filling ring. Always beside a word, so hidden from readers of text. */
export function StateMark({ truth, size = 16, progress = 0.5 }: StateMarkProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      data-truth={truth}
      className={`inline-block shrink-0 ${TRUTH_TEXT[truth]}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
    >
      {truth === 'ok' ? <circle cx="8" cy="8" r="3" fill="currentColor" stroke="none" /> : null}
      {truth === 'bad' ? <path d="M8 .8 15.2 8 8 15.2.8 8Z" fill="currentColor" stroke="none" /> : null}
      {truth === 'unknown' ? (
        <path d="M2.5 2.5h11v11h-11ZM2.5 7.5l5-5M2.5 13l10.5-10.5M8 13.5l5.5-5.5" strokeWidth="1.2" />
      ) : null}
      {truth === 'muted' ? (
        <>
          <circle cx="8" cy="8" r="5" />
          <path d="M3 13 13 3" />
        </>
      ) : null}
      {truth === 'healing' ? (
        <>
          <circle cx="8" cy="8" r="5" strokeOpacity="0.35" strokeWidth="3" />
          <circle
            cx="8"
            cy="8"
            r="5"
            strokeWidth="3"
            strokeDasharray={`${(progress * RING).toFixed(2)} ${RING.toFixed(2)}`}
            transform="rotate(-90 8 8)"
            className="transition-[stroke-dasharray] duration-150"
          />
        </>
      ) : null}
    </svg>
  )
}

interface StateWordProps {
  readonly truth: Truth
  readonly word: string
}

/** The mark with its word. */
export function StateWord({ truth, word }: StateWordProps) {
  return (
    <span className={`inline-flex items-center gap-2 whitespace-nowrap ${TRUTH_TEXT[truth]}`}>
      <StateMark truth={truth} />
      {word}
    </span>
  )
}
