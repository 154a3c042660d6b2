interface SentenceProps {
  readonly text: string
}

/** Longer words may break at their hyphens; shorter ones, such as e-mail, stay whole. */
const LONGEST_WHOLE = 24

/** A sentence in large type whose hyphened words do not break at the end of a line. */
export function Sentence({ text }: SentenceProps) {
  return text.split(/( +)/).map((word, at) =>
    word.includes('-') && word.length <= LONGEST_WHOLE ? (
      // The words of a sentence have no identity but their place.
      // oxlint-disable-next-line react/no-array-index-key
      <span key={at} className="whitespace-nowrap">
        {word}
      </span>
    ) : (
      word
    ),
  )
}
