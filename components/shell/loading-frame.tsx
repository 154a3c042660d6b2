/** Keeps the place of a page that is being read: the same lines where the sentence and its parts will stand. */
export function LoadingFrame() {
  return (
    <div aria-busy="true">
      <title>Reading · Spillway</title>
      <div className="state-line" aria-hidden="true" />
      <div className="frame pt-6 sm:pt-10">
        <h1 className="h-18 text-28 font-medium text-soft sm:h-24 sm:text-40">Reading</h1>
        {[96, 192, 160].map((height) => (
          <div key={height} className="mt-10" aria-hidden="true">
            <div className="mb-3 h-6" />
            <div className="border-t border-strong" />
            <div className="border-b border-rule" style={{ height }} />
          </div>
        ))}
      </div>
    </div>
  )
}
