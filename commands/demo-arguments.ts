import { parseArgs } from 'node:util'

const USAGE = 'usage: npm run demo [-- --port 3000 --after 60 --speed 4 --calm]'

export interface DemoOrder {
  readonly port: number
  /** Leaves the incident to the sandbox's page. */
  readonly isCalm: boolean
  /** Seconds from the start to the incident. */
  readonly afterSeconds: number
  /** Null for the sandbox's own. */
  readonly speed: number | null
}

/** Reads the command line; a wrong one comes back with what is wrong. */
export function parseDemoArguments(args: readonly string[]): DemoOrder | { readonly problem: string } {
  const values = valuesOf(args)
  if ('problem' in values) return values
  const { port, calm, after, speed } = values
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    return { problem: `--port: ${port} is not a port from 1 to 65535.` }
  if (!isNumber(after) || Number(after) > MOST_SECONDS)
    return { problem: `--after: ${after} is not a number of seconds from 0 to ${MOST_SECONDS}.` }
  if (speed !== undefined && (!isNumber(speed) || Number(speed) === 0))
    return { problem: `--speed: ${speed} is not a number above 0.` }
  return {
    port: Number(port),
    isCalm: calm,
    afterSeconds: Number(after),
    speed: speed === undefined ? null : Number(speed),
  }
}

/** A day: timers cannot wait for much longer than three weeks. */
const MOST_SECONDS = 86_400

/** `Number` alone takes an empty text for 0, and writes such as 1e3 and 0x1f. */
function isNumber(text: string): boolean {
  return /^\d{1,9}(\.\d{1,9})?$/.test(text)
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '3000' },
        calm: { type: 'boolean', default: false },
        after: { type: 'string', default: '60' },
        speed: { type: 'string' },
      },
    }).values
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)}\n${USAGE}` }
  }
}
