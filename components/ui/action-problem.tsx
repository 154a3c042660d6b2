import { labelProblem, type FieldLabels } from './label-problem.ts'

interface ActionProblemProps {
  readonly problem: string | null
  /** What the form calls its fields. */
  readonly labels?: FieldLabels
}

const NONE: FieldLabels = {}

/** Why an action was refused, said at once also to those who listen. */
export function ActionProblem({ problem, labels = NONE }: ActionProblemProps) {
  return (
    <p role="alert" className={problem === null ? 'sr-only' : 'mt-2 max-w-[40rem] font-medium text-bad'}>
      {problem === null ? null : labelProblem(problem, labels)}
    </p>
  )
}
