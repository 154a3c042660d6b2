import { PageHead } from '#components/shell/page-head.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { SignInButton } from './sign-in-button.tsx'

interface SignInPanelProps {
  readonly team: string
  /** Why somebody came here again; null for a first visit. */
  readonly message: string | null
  /** Environment variables without which nobody can sign in. */
  readonly missing: readonly string[]
  readonly sandboxNote: string | null
  readonly backTo: string
}

/** The way in, and what stands in it. */
export function SignInPanel({ team, message, missing, sandboxNote, backTo }: SignInPanelProps) {
  return (
    <main className="frame flex min-h-dvh flex-col justify-center py-16">
      <PageHead headline={{ truth: 'muted', short: 'Sign in' }} place={team} />
      <div className="w-full max-w-[36rem]">
        <p className="font-semibold">{team}</p>
        <h1 className="mt-2 text-28 font-medium tracking-[-0.01em] text-pretty sm:text-40">
          {missing.length > 0 ? 'Nobody can sign in yet.' : 'See whether messages arrive and e-mails go out.'}
        </h1>
        {message === null ? null : (
          <p role="alert" className="mt-6 flex gap-3 border-y border-rule py-3">
            <span className="flex h-5 items-center">
              <StateMark truth="unknown" />
            </span>
            <span className="[overflow-wrap:anywhere]">{message}</span>
          </p>
        )}
        {missing.length > 0 ? (
          <Missing names={missing} />
        ) : (
          <>
            <div className="mt-8">
              <SignInButton backTo={backTo} />
            </div>
            <p className="mt-4 text-soft">
              Your identity provider says who you are and which role you have. Spillway keeps no password.
            </p>
          </>
        )}
        {sandboxNote === null ? null : (
          <p className="mt-10 border-t border-rule pt-3 text-12 text-soft">{sandboxNote}</p>
        )}
      </div>
    </main>
  )
}

function Missing({ names }: { readonly names: readonly string[] }) {
  return (
    <div className="mt-6 space-y-3">
      <p>
        Spillway signs people in through your OIDC identity provider. Set{' '}
        {names.length === 1 ? 'this variable' : 'these variables'} in its environment and start it again:
      </p>
      <ul className="border-t border-strong font-mono text-12">
        {names.map((name) => (
          <li key={name} className="border-b border-rule py-2">
            {name}
          </li>
        ))}
      </ul>
      <p className="text-soft">Sources that are set up are read meanwhile.</p>
    </div>
  )
}
