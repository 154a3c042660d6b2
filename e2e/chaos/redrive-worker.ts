import { once } from 'node:events'
import type { WorkerAnswer, WorkerOrder, WorkerShown } from '#commands/chaos/worker-words.ts'
import { startNode, type RunningProcess } from '#e2e/processes.ts'

const FLAGS = ['--conditions=react-server', '--disable-warning=ExperimentalWarning']
const STARTED_WITHIN_MS = 60_000
const ANSWERED_WITHIN_MS = 10_000

/** The process that moves messages. It is killed and started again in the course of a run. */
export interface RedriveWorker {
  /** Starts the process; resolves when it works on the redrive, which the first one starts. */
  start(order: Omit<WorkerOrder, 'id'>): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Null while none runs, and after one has killed itself. */
  process(): RunningProcess | null
  /** What the redrive's page would show. Throws when the process is gone or has no store. */
  read(): Promise<WorkerShown>
  /** Resolves when the process that runs now has ended, however. */
  ended(): Promise<void>
  /** What the last process said. */
  lines(): readonly string[]
}

export function createRedriveWorker(env: Record<string, string>): RedriveWorker {
  let running: RunningProcess | null = null
  let id: number | null = null
  const isAlive = (): boolean =>
    running !== null && running.child.exitCode === null && running.child.signalCode === null
  return {
    start: async (order) => {
      running = startNode([...FLAGS, 'commands/chaos-worker.ts', JSON.stringify({ ...order, id })], env, {
        hasChannel: true,
      })
      const started = await answerOf(running, 'started', STARTED_WITHIN_MS)
      id = started.id
    },
    stop: async (signal = 'SIGKILL') => running?.stop(signal),
    process: () => (isAlive() ? running : null),
    read: async () => {
      if (running === null || !isAlive()) throw new Error('No process runs.')
      const shown = answerOf(running, 'shown', ANSWERED_WITHIN_MS)
      running.child.send({ kind: 'read' }, () => {})
      return (await shown).shown
    },
    ended: async () => {
      if (running !== null && isAlive()) await once(running.child, 'exit')
    },
    lines: () => running?.lines ?? [],
  }
}

/** The next answer of this kind. Throws when the process says that it failed, ends, or takes too long. */
function answerOf<K extends 'started' | 'shown'>(
  { child, lines }: RunningProcess,
  kind: K,
  withinMs: number,
): Promise<Extract<WorkerAnswer, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(late)
      child.off('message', onMessage)
      child.off('exit', onExit)
      settle()
    }
    const onMessage = (answer: WorkerAnswer): void => {
      if (isOf(answer, kind)) end(() => resolve(answer))
      else if (answer.kind === 'failed') end(() => reject(new Error(answer.message)))
    }
    const onExit = (): void => end(() => reject(new Error(`The worker ended. ${lines.slice(-5).join(' ')}`)))
    const late = setTimeout(
      () => end(() => reject(new Error(`The worker said nothing of ${kind} in ${withinMs / 1000} s.`))),
      withinMs,
    )
    child.on('message', onMessage)
    child.on('exit', onExit)
  })
}

function isOf<K extends WorkerAnswer['kind']>(
  answer: WorkerAnswer,
  kind: K,
): answer is Extract<WorkerAnswer, { kind: K }> {
  return answer.kind === kind
}
