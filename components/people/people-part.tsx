import Link from 'next/link'
import { Pager } from '#components/people/pager.tsx'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { filterQuery, isWaiting } from '#lib/domain/people-filter.ts'
import { hasRole, type Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { PeopleList } from '#lib/views/people-list/contract.ts'
import { PeopleTable } from './people-table.tsx'

interface PeoplePartProps {
  readonly data: PeopleList
  readonly role: Role
}

/** Who they are, a page at a time, and how many e-mails that is. */
export function PeoplePart({ data, role }: PeoplePartProps) {
  const { count, filter, page, pages, isClear } = data
  return (
    <Part
      title="Who they are"
      aside={
        <>
          {isClear ? 'references are in clear to you, and that you opened this page is recorded' : ''}
          {isClear && count.people > 0 ? ' · ' : ''}
          <ExportLink data={data} role={role} />
        </>
      }
    >
      {data.rows.length === 0 ? (
        <p className="flex items-center gap-3 border-y border-t-strong border-b-rule py-2.5 text-soft">
          <StateMark truth={data.headline.truth === 'unknown' ? 'unknown' : 'ok'} />
          {page > 1
            ? 'There are no people on this page.'
            : data.headline.truth === 'unknown'
              ? 'Not known.'
              : 'Nobody.'}
        </p>
      ) : (
        <PeopleTable rows={data.rows} isWaiting={isWaiting(filter.state)} />
      )}
      <Pager page={page} pages={pages} hrefOf={(to) => routes.people(filterQuery(filter, to))} />
      <p className="mt-2 text-12 text-soft">
        {count.emails === count.people || count.emails === 0
          ? ''
          : `${formatCounted(count.people, 'person', 'people')} with ${formatCounted(count.emails, 'such e-mail')}. `}
        {count.unnamed === 0
          ? ''
          : `${formatCount(count.unnamed)} more ${count.unnamed === 1 ? 'e-mail names' : 'e-mails name'} no person, or went to an office.`}
      </p>
    </Part>
  )
}

/** A file with the references, which operators may have. */
function ExportLink({ data, role }: PeoplePartProps) {
  if (!hasRole(role, 'operator')) return <span>an operator can export them</span>
  if (data.count.people === 0) return null
  return (
    <Link href={routes.exportPeople(filterQuery(data.filter))} prefetch={false} download>
      Export {formatCounted(data.count.people, 'person', 'people')} as CSV
    </Link>
  )
}
