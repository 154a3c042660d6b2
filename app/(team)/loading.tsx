import { LoadingFrame } from '#components/shell/loading-frame.tsx'

export default function LoadingPage() {
  return <LoadingFrame />
}
