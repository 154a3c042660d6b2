import { isNeverSent } from './is-surely-not-done.ts'

type Next = (args: object) => Promise<object>

/** The part of an SDK command that is needed here. The SDK's own type is generic over every input and output. */
interface Countable {
  readonly middlewareStack: {
    add(
      middleware: (next: Next) => Next,
      options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
    ): void
  }
}

/**
 * Makes `onAttempt` run for every HTTP request that this command sends, retries included. The middleware stands nearest to the wire;
 * an attempt that never got a connection is not counted, since AWS neither sees nor bills it.
 */
export function countAttempts<C extends object>(command: C, onAttempt: () => void): C {
  countable(command).middlewareStack.add(
    (next) => async (args) => {
      try {
        const answer = await next(args)
        onAttempt()
        return answer
      } catch (error) {
        if (!isNeverSent(error)) onAttempt()
        throw error
      }
    },
    { step: 'deserialize', priority: 'low', name: 'spillwayCountAttempts' },
  )
  return command
}

/** Every SDK command has a middleware stack; its type differs by command only in inputs and outputs, which are passed on unread. */
function countable(command: object): Countable {
  return command as Countable
}
