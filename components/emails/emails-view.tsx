'use client'
import type { TimeSpan } from '#components/charts/span-brush.ts'
import type { ViewRange } from '#components/queue/view-range.ts'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Emails } from '#lib/views/emails/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { EmailsContent } from './emails-content.tsx'

interface EmailsViewProps {
  readonly initial: Emails
  readonly range: ViewRange
  readonly span: TimeSpan | null
}

export function EmailsView({ initial, range, span }: EmailsViewProps) {
  const { data, loss } = useView('emails', { range }, initial)
  return (
    <PageFrame base={data} loss={loss} place="E-mails">
      <EmailsContent data={data} range={range} span={span} />
    </PageFrame>
  )
}
