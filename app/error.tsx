'use client'
import { useRouter } from 'next/navigation'
import { startTransition, useCallback } from 'react'
import { Failure } from '#components/shell/failure.tsx'

interface ErrorPageProps {
  readonly reset: () => void
}

export default function ErrorPage({ reset }: ErrorPageProps) {
  const router = useRouter()
  const retry = useCallback(() => {
    startTransition(() => {
      router.refresh()
      reset()
    })
  }, [router, reset])
  return <Failure retry={retry} />
}
