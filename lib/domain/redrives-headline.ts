import { counted } from './count-words.ts'
import type { Headline } from './headline.ts'
import type { Truth } from './truth.ts'

/** The one sentence over a list of redrives: what works now, or that nothing does. `of`: the queue to which it is narrowed. */
export function redrivesHeadline(rows: readonly { readonly truth: Truth }[], of: string | null): Headline {
  const where = of === null ? '' : ` of ${of}`
  const working = rows.filter(({ truth }) => truth === 'healing').length
  if (working > 0) {
    const text = `${counted(working, 'redrive')}${where} ${working === 1 ? 'works' : 'work'} at this moment`
    return { truth: 'healing', text: `${text}.`, short: text }
  }
  if (rows.length === 0) return { truth: 'muted', text: `No redrive${where} was planned yet.`, short: 'No redrives' }
  return { truth: 'ok', text: `No redrive${where} works at this moment.`, short: 'No redrive works' }
}
