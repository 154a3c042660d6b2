import { ReaderProvider } from '#components/shell/reader.tsx'
import { zoneOffsets } from '#components/shell/zone-offsets.ts'
import { WallBoard } from '#components/wall/wall-board.tsx'
import { requireWallViewer } from '#lib/auth/viewer.ts'
import { getBuildId } from '#lib/config/build.ts'
import { queries } from '#lib/views/queries.ts'

export default async function WallPage() {
  const viewer = await requireWallViewer()
  const initial = await queries.wall.read({}, viewer, null)
  // A board has no reader with a zone of their own: the team's counts.
  return (
    <ReaderProvider
      timeZone={initial.timeZone}
      offsets={zoneOffsets(initial.timeZone, initial.nowMs)}
      renderedMs={initial.nowMs}
    >
      <WallBoard initial={initial} build={getBuildId()} />
    </ReaderProvider>
  )
}
