/** For how many seconds the store has been silent, by the server's own word; null when it answers or nobody says so. */
export async function readStoreDown(): Promise<number | null> {
  try {
    const answer = await fetch('/api/health', { cache: 'no-store' })
    const health: unknown = await answer.json()
    if (typeof health !== 'object' || health === null || !('store' in health)) return null
    const { store } = health
    if (typeof store !== 'object' || store === null || !('sinceSeconds' in store)) return null
    return typeof store.sinceSeconds === 'number' ? store.sinceSeconds : null
  } catch {
    return null
  }
}
