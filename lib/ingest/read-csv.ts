import { AppError } from '#lib/domain/errors.ts'
import { NotUnderstood } from '#lib/sources/outcome-message.ts'

const ID_NAMES = ['notificationId', 'id', '_id']
const STATUS_NAMES = ['status', 'rawStatus']

/**
 * Reads the first record of a CSV file and returns what turns each further record into JSON, a flat record. Throws `invalid_input` when no column
 * holds the notification's id or status: then it is no file of outcomes.
 */
export function csvReader(header: string): (record: string) => string {
  const names = cellsOf(header).map((name) => name.trim())
  for (const wanted of [ID_NAMES, STATUS_NAMES]) {
    if (wanted.some((name) => names.includes(name))) continue
    throw new AppError(
      'invalid_input',
      `line 1: no column is called ${wanted.join(' or ')}. The first line names the columns, e.g. _id,type,status,statusDetail,recipient.id,sentAt,lastRetry.`,
    )
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new AppError('invalid_input', `line 1: two columns are called ${twice}.`)
  return (record) => {
    const cells = cellsOf(record)
    if (cells.length !== names.length)
      throw new NotUnderstood(
        `the record: has ${cells.length} cells where the first line names ${names.length} columns.`,
      )
    const entries = names.map((name, at) => [ID_NAMES.includes(name) ? 'notificationId' : name, cells[at] ?? ''])
    return JSON.stringify(Object.fromEntries(entries))
  }
}

/** The cells of one record (RFC 4180): commas between, quotes around a cell that holds commas, line breaks or doubled quotes. */
function cellsOf(record: string): string[] {
  const cells: string[] = []
  let at = 0
  while (at <= record.length) {
    const { cell, end } = record[at] === '"' ? quotedCell(record, at + 1) : plainCell(record, at)
    cells.push(cell)
    at = end + 1
  }
  return cells
}

function plainCell(record: string, start: number): { cell: string; end: number } {
  const comma = record.indexOf(',', start)
  const end = comma === -1 ? record.length : comma
  return { cell: record.slice(start, end), end }
}

function quotedCell(record: string, start: number): { cell: string; end: number } {
  let cell = ''
  let at = start
  while (true) {
    const quote = record.indexOf('"', at)
    if (quote === -1) throw new NotUnderstood('the record: a quote is opened and not closed.')
    cell += record.slice(at, quote)
    if (record[quote + 1] !== '"') {
      const { cell: rest, end } = plainCell(record, quote + 1)
      return { cell: cell + rest, end }
    }
    cell += '"'
    at = quote + 2
  }
}
