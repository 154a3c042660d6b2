/** Next calls this once in each server process, before the first request, and never during a build. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { startCollecting } = await import('#lib/collect/start.ts')
    startCollecting()
  }
}
