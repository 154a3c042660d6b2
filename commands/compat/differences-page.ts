import { ALL_CHECKS } from '#e2e/conformance/all-checks.ts'
import { ALL_SERVERS } from '#e2e/conformance/all-servers.ts'
import type { Matrix } from '#e2e/conformance/matrix.ts'
import { REDRIVE_CHECKS } from './redrive-suite.ts'

const WORDS = { pass: 'yes', fail: '**no**', lacks: 'not supported', skip: 'not run' } as const

/** What was seen where a redrive is not supported or does not keep its promise. */
const SEEN: Readonly<Record<string, string>> = {
  fauxqs:
    'refuses bodies with characters above U+FFFF, loses the trace header and the group of a standard queue’s message, and has no move tasks.',
  'local-aws-sqs':
    'answers with another digest for attributes of custom types (Spillway deletes nothing that was not taken with the digest that AWS documents), hands out messages of a FIFO group while others of it are in flight, gives a message that was just sent again and again, so that healing in place stops by itself, and hidden messages so late that a filtered redrive does not end in time.',
  moto: 'loses the trace header of batches, gives a FIFO group in another order once a hold is over, and has no move tasks.',
}

/** What is kept of both suites. */
export interface KeptMatrices {
  readonly conformance: Matrix
  readonly redrives: Matrix
}

/** docs/compatibility.md: what each server was found to do, from the kept expectations, so that the page says what the suite asserts. */
export function renderDifferences({ conformance, redrives }: KeptMatrices): string {
  const names = ALL_SERVERS.map(({ name }) => name)
  const lines = [
    '# Servers that speak SQS, and where they differ',
    '`npm run test:compat` writes this page with `--update`, and fails where a server is found to do otherwise. ElasticMQ needs Java and Maven, moto Python; where they are missing these columns are skipped, and said to be. Nothing of it is needed to run Spillway or its tests.',
    '',
    '*yes*: it does as AWS documents, or keeps what a redrive promises there. *no*: it does not. *not supported*: it lacks what the check needs, which was asked of it first.',
    '',
    '## Redrives',
    'The product’s own engine and store, against each server.',
    '',
    row(['', ...names]),
    row(['---', ...names.map(() => '---')]),
    ...REDRIVE_CHECKS.map(({ id, title }) =>
      row([title, ...names.map((name) => WORDS[redrives[id]?.[name] ?? 'skip'])]),
    ),
    '',
    ...names.flatMap((name) => (SEEN[name] === undefined ? [] : [`- **${name}** ${SEEN[name]}`])),
    '',
    '## The behaviour of SQS',
    row(['', ...names]),
    row(['---', ...names.map(() => '---')]),
    row([
      `of ${ALL_CHECKS.length} checks`,
      ...names.map((name) => `${ALL_CHECKS.filter(({ id }) => conformance[id]?.[name] === 'pass').length} pass`),
    ]),
    ...names.flatMap((name) => differencesOf(name, conformance)),
  ]
  return `${lines.join('\n')}\n`
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function differencesOf(name: string, conformance: Matrix): string[] {
  const failing = ALL_CHECKS.filter(({ id }) => conformance[id]?.[name] === 'fail')
  if (failing.length === 0) return []
  const version = ALL_SERVERS.find((server) => server.name === name)?.version ?? ''
  const list = failing.map(({ title, id }) => `- ${title} (\`${id}\`)`)
  return ['', `### What ${name} ${version} does not do`, ...list]
}
