// Who may move an alias. One place, so that roles can join later.

/** Who asks for a move: a person at a console or the command line, or a client of the API. */
export interface Principal {
  readonly kind: 'user' | 'client'
  readonly name: string
}

/** Who writes through a backend, and which aliases only approvers may move. */
export interface Mover {
  readonly principal: Principal
  readonly protectedAliases: readonly string[]
}

/** A client of the API where nothing is protected. */
export const anyClient: Mover = { principal: { kind: 'client', name: 'api' }, protectedAliases: [] }

/**
 * Why a principal may not move an alias; undefined where it may. Protected aliases are for approvers. There are no
 * roles yet: every person at a console counts as one, as nobody's name is proved; clients of the API, which nobody
 * has named at all, do not.
 */
export function mayMove({ principal, protectedAliases }: Mover, alias: string): string | undefined {
  if (!protectedAliases.includes(alias) || principal.kind === 'user') return undefined
  return `Alias '${alias}' is protected: only people with the approver role may move it, not clients of the API. Use mlops promote.`
}
