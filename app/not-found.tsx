import { NothingHere } from '#components/shell/nothing-here.tsx'

/** Stands outside the team's pages, which bring their own `main`. */
export default function NotFoundPage() {
  return (
    <main>
      <NothingHere />
    </main>
  )
}
