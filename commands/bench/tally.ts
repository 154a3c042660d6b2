import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import type { Db } from '#lib/store/db.ts'

/** Milliseconds of the clock and of processors, and rows, of one kind of work. */
export class Tally {
  ms = 0
  cpuMs = 0
  rows = 0

  async time(rows: number, cpuMs: () => number, work: () => Promise<void>): Promise<void> {
    const [startedMs, startedCpuMs] = [performance.now(), cpuMs()]
    await work()
    this.ms += performance.now() - startedMs
    this.cpuMs += cpuMs() - startedCpuMs
    this.rows += rows
  }

  add({ ms, cpuMs, rows }: Tally): void {
    this.ms += ms
    this.cpuMs += cpuMs
    this.rows += rows
  }

  get rate(): number {
    return Math.round((this.rows / this.ms) * 1_000)
  }

  /** Rows a second of processor time, of this process and of the database's: what counts on a machine that others use too. */
  get cpuRate(): number {
    return Math.round((this.rows / this.cpuMs) * 1_000)
  }
}

/** One figure in terms of another, to three places. */
export function ratio(a: number, b: number): number {
  return Math.round((a / b) * 1_000) / 1_000
}

/** Processor time of this process, of which the embedded store is a part, and of the database's processes that serve it. */
export async function cpuClock(db: Db): Promise<() => number> {
  if (db.kind === 'embedded' || process.platform !== 'linux') return ownMs
  const { rows } = await db.orm.execute<{ pid: number }>(
    sql`select pid from pg_stat_activity where application_name = 'spillway' and backend_type = 'client backend'`,
  )
  return () => rows.reduce((sum, { pid }) => sum + processMs(pid), ownMs())
}

function ownMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** User and system time of another process (fields 14 and 15 of its stat, in hundredths of a second). */
function processMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
