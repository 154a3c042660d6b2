'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { PersonPage } from '#lib/views/person/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { WayBack } from './way-back.tsx'
import { PersonMails } from './person-mails.tsx'
import { PersonStory } from './person-story.tsx'

/** One person: how it stands, their e-mails, and all that happened. */
export function PersonView({ initial }: { readonly initial: PersonPage }) {
  const { data, loss } = useView('person', { key: initial.key }, initial)
  return (
    <PageFrame base={data} loss={loss} place="Person" above={<WayBack words={data.ref} isPerson />}>
      {data.incidents.length === 0 && !data.isClear ? null : (
        <p className="text-soft">
          {data.incidents.length === 0 ? null : (
            <>
              Affected by{' '}
              {data.incidents.map(({ name, href }, at) => (
                <span key={name}>
                  {at === 0 ? '' : ', '}
                  <Link href={href} prefetch={false}>
                    {name}
                  </Link>
                </span>
              ))}
              .{' '}
            </>
          )}
          {data.isClear ? 'The reference is in clear to you, and that you opened this page is recorded.' : null}
        </p>
      )}
      <PersonMails mails={data.mails} />
      <PersonStory events={data.events} />
    </PageFrame>
  )
}
