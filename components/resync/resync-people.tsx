import Link from 'next/link'
import { Pager } from '#components/people/pager.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { ResyncPage, ResyncPersonRow } from '#lib/views/resync/contract.ts'

const ENDS: Readonly<Record<ResyncPersonRow['end'], readonly [truth: Truth, words: string]>> = {
  no_address: ['muted', 'no address in the source'],
  failed_again: ['bad', 'sent, and failed again'],
  refused: ['bad', 'could not be asked for'],
  unknown: ['unknown', 'asked for with an unknown end'],
  open: ['healing', 'asked for, no e-mail yet'],
  waiting: ['muted', 'not asked for yet'],
  skipped: ['ok', 'had their e-mail before'],
  sent: ['ok', 'e-mail sent since'],
}

/** The frozen list with what became of each; those of whom the source has no address first. */
export function ResyncPeople({ data }: { readonly data: ResyncPage }) {
  return (
    <Part
      title="Its people"
      aside={`${formatCounted(data.proof.people, 'person', 'people')}, the list is frozen${data.isClear ? ' · references are in clear to you, and that you opened this page is recorded' : ''}`}
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">What became of it</th>
            <th scope="col" className="number">
              Asked for
            </th>
          </tr>
        </thead>
        <tbody>
          {data.people.map((person) => (
            <Row key={person.key} person={person} />
          ))}
        </tbody>
      </table>
      <Pager
        page={data.page}
        pages={data.pages}
        hrefOf={(page) => `${routes.resync(data.name)}${page === 1 ? '' : `?page=${page}`}`}
      />
    </Part>
  )
}

function Row({ person }: { readonly person: ResyncPersonRow }) {
  const [truth, words] = ENDS[person.end]
  return (
    <tr>
      <td className="font-mono text-12 whitespace-nowrap">
        <Link href={routes.person(person.key)} prefetch={false} className="quiet-link">
          {person.ref}
        </Link>
      </td>
      <td>
        <span className={`inline-flex items-center gap-2 ${TRUTH_TEXT[truth]}`}>
          <StateMark truth={truth} />
          {words}
        </span>
        {person.problem === null ? null : <span className="ms-2 text-12 text-soft">{person.problem}</span>}
      </td>
      <td className="number text-soft">{person.askedMs === null ? '—' : <Time atMs={person.askedMs} />}</td>
    </tr>
  )
}
