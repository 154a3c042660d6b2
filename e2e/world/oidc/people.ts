/** Somebody who can sign in to the sandbox. */
export interface SandboxPerson {
  readonly id: string
  readonly name: string
  readonly email: string
  /** What the provider says in the `roles` claim; empty for somebody whom nobody has given a role yet. */
  readonly roles: readonly string[]
  readonly about: string
}

/** One person a role, and one without any, because refusing has to be seen as well. */
export const PEOPLE: readonly SandboxPerson[] = [
  {
    id: 'vera',
    name: 'Vera Lindqvist',
    email: 'vera@team.example',
    roles: ['viewer'],
    about: 'Watches. May look at everything but personal references.',
  },
  {
    id: 'rosa',
    name: 'Rosa Adeyemi',
    email: 'rosa@team.example',
    roles: ['responder'],
    about: 'On call. May acknowledge, look into messages and resolve.',
  },
  {
    id: 'omar',
    name: 'Omar Haddad',
    email: 'omar@team.example',
    roles: ['operator'],
    about: 'Operates. May redrive messages and ask for data again.',
  },
  {
    id: 'ada',
    name: 'Ada Whitcombe',
    email: 'ada@team.example',
    roles: ['admin'],
    about: 'Administers. May do all of it and change settings.',
  },
  {
    id: 'nils',
    name: 'Nils Berger',
    email: 'nils@elsewhere.example',
    roles: [],
    about: 'Has an account, but no role in this team.',
  },
]
