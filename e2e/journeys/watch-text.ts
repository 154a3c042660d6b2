import type { Page } from '@playwright/test'

/** What a place of a page showed, and when it came, by the clock of this machine. */
export interface ShownText {
  readonly atMs: number
  readonly text: string
}

/** Notes every text that the first match of `selector` shows from now on, at the moment at which the page changes. Lost when the page is loaded anew. */
export async function watchText(page: Page, selector: string): Promise<() => Promise<readonly ShownText[]>> {
  const shown = await page.evaluateHandle((wanted) => {
    const notes: { atMs: number; text: string }[] = []
    const note = (): void => {
      const text = document.querySelector(wanted)?.textContent ?? ''
      if (text !== notes.at(-1)?.text) notes.push({ atMs: Date.now(), text })
    }
    note()
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
    return notes
  }, selector)
  return () => shown.jsonValue()
}

/** When a text that fits first stood there; undefined while none did. */
export function firstShown(shown: readonly ShownText[], fits: (text: string) => boolean): number | undefined {
  return shown.find(({ text }) => fits(text))?.atMs
}
