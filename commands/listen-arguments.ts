import { parseArgs } from 'node:util'

export type Listen = { readonly port: string; readonly host: string } | { readonly problem: string }

const USAGE = 'usage: npm start [-- --port 3000 --host 0.0.0.0]'

/**
 * Where the server listens. The port: `--port`, else PORT, else the one that SPILLWAY_URL names, else 3000. The host: `--host`, else only
 * this machine while SPILLWAY_URL is an address of this machine, else every interface.
 */
export function listenArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Listen {
  const url = URL.parse(env['SPILLWAY_URL'] ?? '') ?? new URL('http://127.0.0.1:3000')
  const given = parse(args)
  if (given === null) return { problem: USAGE }
  const port = given.port ?? (env['PORT'] || url.port || '3000')
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return { problem: `${given.port === undefined ? 'PORT' : '--port'}: ${port} is not a port from 0 to 65535.` }
  const isOwnMachine = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  return { port, host: given.host ?? (isOwnMachine ? '127.0.0.1' : '0.0.0.0') }
}

function parse(args: readonly string[]): { readonly port?: string; readonly host?: string } | null {
  try {
    return parseArgs({ args: [...args], options: { port: { type: 'string' }, host: { type: 'string' } } }).values
  } catch {
    return null
  }
}
