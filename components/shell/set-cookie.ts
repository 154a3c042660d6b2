const YEAR_SECONDS = 365 * 86_400

/** Keeps a choice of the reader's for a year, in this browser. `null` forgets it. */
export function setCookie(name: string, value: string | null): void {
  const age = value === null ? 0 : YEAR_SECONDS
  // The Cookie Store API is missing in browsers that the team uses.
  // oxlint-disable-next-line unicorn/no-document-cookie
  document.cookie = `${name}=${encodeURIComponent(value ?? '')};path=/;max-age=${age};samesite=lax`
}
