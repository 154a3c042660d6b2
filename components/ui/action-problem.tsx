interface ActionProblemProps {
  readonly problem: string | null
}

/** Why an action was refused, said at once also to those who listen. */
export function ActionProblem({ problem }: ActionProblemProps) {
  return (
    <p role="alert" className={problem === null ? 'sr-only' : 'mt-2 max-w-[40rem] font-medium text-bad'}>
      {problem}
    </p>
  )
}
