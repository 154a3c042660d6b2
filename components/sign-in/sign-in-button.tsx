'use client'
import { useState } from 'react'
import { postAuth } from './post-auth.ts'

interface SignInButtonProps {
  readonly backTo: string
}

/** Goes to the identity provider and back to where somebody wanted to be. */
export function SignInButton({ backTo }: SignInButtonProps) {
  const [state, setState] = useState<'ready' | 'busy' | 'failed'>('ready')
  const start = async (): Promise<void> => {
    setState('busy')
    if (!(await postAuth('signin/oidc', backTo))) setState('failed')
  }
  return (
    <>
      <button
        type="button"
        disabled={state === 'busy'}
        onClick={() => void start()}
        className="min-h-11 bg-link px-5 text-16 font-medium text-paper hover:opacity-90 disabled:opacity-60"
      >
        {state === 'busy' ? 'Going to the identity provider' : 'Sign in'}
      </button>
      <p role="alert" className="mt-2 min-h-5 text-bad">
        {state === 'failed'
          ? 'The identity provider could not be reached through Spillway. Try again in a minute.'
          : ''}
      </p>
    </>
  )
}
