/** Without news, the wall asks this often; it heals an event that was lost. */
const CALM_MS = 15_000
/** After a failure. */
const ANXIOUS_MS = 5000
/** Events come in bursts; one question answers them all. */
const LEAST_MS = 500

interface KeepAsking<Answer> {
  readonly ask: (signal: AbortSignal) => Promise<Answer>
  readonly onAnswer: (answer: Answer) => void
  readonly onSilence: (error: unknown) => void
}

/** Asks again and again, one question at a time: calmly while answers come, sooner after a failure or when told that there is news. */
export function keepAsking<Answer>({ ask, onAnswer, onSilence }: KeepAsking<Answer>): {
  askSoon: () => void
  stop: () => void
} {
  const end = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isAsking = false
  let hasNews = false
  const plan = (delayMs: number): void => {
    clearTimeout(timer)
    if (!end.signal.aborted) timer = setTimeout(() => void work(), delayMs)
  }
  const work = async (): Promise<void> => {
    isAsking = true
    hasNews = false
    let isGood = true
    try {
      const answer = await ask(end.signal)
      if (!end.signal.aborted) onAnswer(answer)
    } catch (error) {
      isGood = false
      if (!end.signal.aborted) onSilence(error)
    }
    isAsking = false
    if (isGood) plan(hasNews ? LEAST_MS : CALM_MS)
    else plan(ANXIOUS_MS)
  }
  plan(CALM_MS)
  return {
    askSoon: () => {
      if (isAsking) hasNews = true
      else plan(LEAST_MS)
    },
    stop: () => {
      end.abort()
      clearTimeout(timer)
    },
  }
}
