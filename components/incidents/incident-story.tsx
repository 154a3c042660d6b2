'use client'
import Link from 'next/link'
import { useReader } from '#components/shell/reader.tsx'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import { archiveName } from '#lib/domain/archive.ts'
import { entryTruth } from '#lib/domain/incident-card.ts'
import type { StoryLine } from '#lib/domain/incident-story.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import { routes } from '#lib/domain/routes.ts'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { KIND_WORDS } from './story-words.ts'
import './incident-story.css'

interface IncidentStoryProps {
  readonly data: IncidentPage
}

/** The timeline as somebody reads it who was not there: what happened, when, and how long after it began. */
export function IncidentStory({ data }: IncidentStoryProps) {
  const { timeZone } = useReader()
  return (
    <Part title="The story" aside={`times in ${timeZone}`}>
      <p className="border-t border-strong py-2.5 text-16">{data.summary}</p>
      <ol className="story">
        {data.story.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ol>
    </Part>
  )
}

function Line({ line }: { readonly line: StoryLine }) {
  return (
    <li className="story-line" data-truth={entryTruth(line) ?? 'muted'}>
      <span className="story-time">
        <Time atMs={line.atMs} />
      </span>
      <div className="story-words">
        <p className={line.kind === 'note' ? 'whitespace-pre-line' : undefined}>
          <StoryText line={line} />
        </p>
        <p className="text-12 text-soft">
          {KIND_WORDS[line.kind]}
          {line.actor === 'spillway' ? '' : ` · ${line.actor}`} · {line.when}
        </p>
      </div>
    </li>
  )
}

/** What was said, with a link to the redrive or the archive that it is about. */
function StoryText({ line }: { readonly line: StoryLine }) {
  const about = subjectOf(line)
  if (about === null) return line.text
  const { name, href } = about
  return (
    <>
      <Link href={href} prefetch={false}>
        {name}
      </Link>
      {line.text.startsWith(name) ? line.text.slice(name.length) : ` ${line.text}`}
    </>
  )
}

/** An archive stands on the page of its queue. */
function subjectOf({ data: { redrive, archive, queue } }: StoryLine): { name: string; href: string } | null {
  if (typeof redrive === 'number') return { name: redriveName(redrive), href: routes.redrive(redriveName(redrive)) }
  if (typeof archive === 'number' && typeof queue === 'string')
    return { name: archiveName(archive), href: routes.queue(queue) }
  return null
}
