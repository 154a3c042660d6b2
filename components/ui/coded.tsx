interface CodedProps {
  readonly text: string
}

/** A sentence whose names stand between backticks, such as attributes, with these set in mono. */
export function Coded({ text }: CodedProps) {
  return text.split('`').map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      <code key={`${at} ${part}`} className="font-mono text-[0.92em] [overflow-wrap:anywhere]">
        {part}
      </code>
    ),
  )
}
