import type { Viewport } from 'next'
import { cookies } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { ReaderProvider } from '#components/shell/reader.tsx'
import { readerZone } from '#components/shell/reader-zone.ts'
import { zoneOffsets } from '#components/shell/zone-offsets.ts'
import { THEME_COOKIE, themeOf } from '#components/shell/theme.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { plexMono, plexSans } from './fonts.ts'
import './globals.css'

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f6f3' },
    { media: '(prefers-color-scheme: dark)', color: '#1a2127' },
  ],
}

interface RootLayoutProps {
  readonly children: ReactNode
}

export default async function RootLayout({ children }: RootLayoutProps) {
  // The policy's nonce is new with each answer, so no page may be rendered ahead of its request.
  await connection()
  const jar = await cookies()
  const theme = themeOf(jar.get(THEME_COOKIE)?.value)
  const timeZone = (await readerZone()) ?? getSettings().team.timeZone
  const nowMs = Date.now()
  return (
    <html lang="en-GB" data-theme={theme} className={`${plexSans.variable} ${plexMono.variable}`}>
      <body>
        <ReaderProvider timeZone={timeZone} offsets={zoneOffsets(timeZone, nowMs)} renderedMs={nowMs}>
          {children}
        </ReaderProvider>
      </body>
    </html>
  )
}
