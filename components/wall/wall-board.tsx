'use client'
import { lossHeadline, sinceMoment } from '#components/shell/shown-headline.ts'
import { PageState } from '#components/shell/page-state.tsx'
import { useClockText } from '#components/shell/reader.tsx'
import { useLossMoment } from '#components/shell/use-loss-moment.ts'
import { formatCount } from '#components/ui/format-count.ts'
import { Sentence } from '#components/ui/sentence.tsx'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { Age, Time } from '#components/ui/time.tsx'
import type { Headline } from '#lib/views/shared.ts'
import type { Wall, WallTile } from '#lib/views/wall/contract.ts'
import { useWall } from './use-wall.ts'
import { WallCorner } from './wall-corner.tsx'
import { wallShift } from './wall-shift.ts'
import './wall.css'

interface WallBoardProps {
  readonly initial: Wall
  readonly build: string
}

/** The board on the wall: the sentence, at most seven figures, and the clock. Keeps itself alive. */
export function WallBoard({ initial, build }: WallBoardProps) {
  const { data, loss } = useWall(initial, build)
  return <WallScreen data={data} loss={loss} />
}

interface WallScreenProps {
  readonly data: Wall
  readonly loss: ReturnType<typeof useWall>['loss']
}

export function WallScreen({ data, loss }: WallScreenProps) {
  const shift = useClockText((nowMs) => `${wallShift(nowMs).x}px ${wallShift(nowMs).y}px`)
  const headline = useWallHeadline(data.headline, loss)
  // Whoever revoked the token wants its holder to see no more, the last known figures included.
  const tiles = loss?.kind === 'refused' ? [] : data.tiles
  return (
    <main
      className="wall night"
      data-lost={loss !== null || undefined}
      data-truth={headline.truth}
      style={{ translate: shift }}
    >
      <PageState headline={headline} place={data.team} />
      <div>
        {data.incidents === null || loss?.kind === 'refused' ? null : (
          <p className="wall-words wall-incidents">{data.incidents}</p>
        )}
        <h1
          className="wall-sentence"
          data-short={headline.text.length <= 40 || undefined}
          data-long={headline.text.length > 120 || undefined}
        >
          <StateMark truth={headline.truth} size={56} />
          <span>
            <Sentence text={headline.text} />
          </span>
        </h1>
      </div>
      <div className="wall-grid" data-cells={tiles.length + 1}>
        {tiles.map((tile) => (
          <Tile key={tile.id} tile={tile} />
        ))}
        <WallCorner data={data} isLost={loss !== null} />
      </div>
      {data.sandboxNote === null ? null : <p className="wall-note">{data.sandboxNote}</p>}
    </main>
  )
}

function useWallHeadline(headline: Headline, loss: WallScreenProps['loss']): Headline {
  const moment = useLossMoment(loss)
  if (loss === null) return headline
  const told = lossHeadline('We', loss.kind, moment)
  if (loss.kind !== 'refused') return told
  return {
    ...told,
    text: `This wall’s token is not valid${sinceMoment(moment)}; an admin makes a new one with npm run token -- wall.`,
  }
}

function Tile({ tile }: { readonly tile: WallTile }) {
  return (
    <section className="wall-tile" data-truth={tile.truth} aria-label={tile.label}>
      <h2 className="wall-words">{tile.label}</h2>
      <p className={`wall-figure ${TRUTH_TEXT[tile.truth]}`} data-long={(tile.figure ?? 0) >= 1000 || undefined}>
        {tile.figure === null ? (
          <span className="wall-unknown hatch">
            <span className="sr-only">not known</span>
          </span>
        ) : (
          formatCount(tile.figure)
        )}
        <span className="wall-unit">{tile.unit}</span>
      </p>
      <p className={`wall-words flex items-center gap-4 ${TRUTH_TEXT[tile.truth]}`}>
        <StateMark truth={tile.truth} size={28} />
        {tile.word}
      </p>
      <p className="wall-words wall-since">
        {tile.truth === 'ok' || tile.sinceMs === null ? null : (
          <>
            since <Time atMs={tile.sinceMs} />, <Age atMs={tile.sinceMs} />
          </>
        )}
      </p>
    </section>
  )
}
