'use client'
import './globals.css'

/** The last resort: the layout itself could not be made. */
export default function GlobalErrorPage() {
  return (
    <html lang="en-GB">
      <body>
        <title>▨ not known · Spillway</title>
        <main className="frame py-10">
          <h1 className="text-28 font-medium">Spillway could not make this page; nothing is known to be good.</h1>
          <p className="mt-4">
            <button type="button" className="button" onClick={() => location.reload()}>
              Load it again
            </button>
          </p>
        </main>
      </body>
    </html>
  )
}
