const KEY = 'spillway-reloaded-ms'
/** While a deploy replaces one process after the other, the stream may greet with either build; a page must not reload in circles. */
const LEAST_MS = 60_000

/** Loads the page anew when the server runs another build than the one that rendered it; at most once a minute. */
export function reloadForBuild(mine: string, theirs: string): void {
  if (mine === theirs) return
  const lastMs = Number(sessionStorage.getItem(KEY) ?? 0)
  if (Date.now() - lastMs < LEAST_MS) return
  sessionStorage.setItem(KEY, String(Date.now()))
  location.reload()
}
