import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The folder is open in another process; `holder` is what that one wrote of itself, when it can be read. */
export class FolderInUseError extends Error {
  readonly code = 'folder_in_use'

  constructor(folder: string, holder: string | null) {
    super(
      `${folder} is in use by ${holder ?? 'another process'}; two processes on one folder would destroy it. ` +
        'Stop that one, or set DATABASE_URL to share a PostgreSQL between several.',
    )
    this.name = 'FolderInUseError'
  }
}

/**
 * Takes the data folder for this process until `release` or the process's end, however it ends.
 * It is the operating system's own file lock, held through SQLite, which Node brings along: the kernel drops it with the process, so that a
 * `kill -9`, a reboot or a reused process id leave nothing stale, and containers that share the folder see it too.
 * POSIX drops such a lock when *any* descriptor of the file is closed in the holding process: nothing else may open `spillway.lock`.
 */
export function lockDataFolder(folder: string): { release: () => void } {
  const holderFile = join(folder, 'spillway.lock.json')
  const lock = new DatabaseSync(join(folder, 'spillway.lock'), { timeout: 0 })
  try {
    // In exclusive mode the lock of the first write outlives its transaction; a journal in memory leaves no second file behind.
    lock.exec('pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive; commit')
  } catch (error) {
    lock.close()
    if (error instanceof Error && /locked|busy/iu.test(error.message))
      throw new FolderInUseError(folder, readHolder(holderFile))
    throw error
  }
  writeFileSync(holderFile, JSON.stringify({ pid: process.pid }))
  return {
    release: () => {
      rmSync(holderFile, { force: true })
      lock.close()
    },
  }
}

function readHolder(file: string): string | null {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const pid = holder !== null && typeof holder === 'object' && 'pid' in holder ? holder.pid : null
    return typeof pid === 'number' ? `process ${pid} on this machine` : null
  } catch {
    return null
  }
}
