// How a command fails: a sentence, a hint, and the exit code that scripts rely on.
import { Unreachable } from '../client/remote-link.ts'
import { Refused } from '../core/link.ts'
import { cleanText } from '../protocol/text.ts'
import { suggest } from './spelling.ts'

/** Exit codes: done is 0; see DESIGN section 8. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3, refused: 4, unreachable: 5 } as const

/** An exit code of a command that did not do what was asked. */
export type FailureCode = Exclude<(typeof EXIT)[keyof typeof EXIT], 0>

/** A failure that is reported as one sentence and one hint. */
export class CliError extends Error {
  readonly hint: string
  readonly code: FailureCode
  constructor(message: string, hint: string, code: FailureCode) {
    super(message)
    this.hint = hint
    this.code = code
  }
}

/** Bad usage, code 2. */
export const usageError = (message: string, hint: string): CliError => new CliError(message, hint, EXIT.usage)

/** The hint for an unknown word: near ones when there are, else `otherwise`. */
export function nearHint(word: string, known: Iterable<string>, otherwise: string): string {
  const near = suggest(word, known)
  return near.length === 0 ? otherwise : `did you mean ${near.join(' or ')}?`
}

/** Any error as a CliError: an unreachable hub is code 5, a refusal 4, everything else that has no code of its own 1. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Unreachable)
    return new CliError(
      message,
      'check the address and that mlops hub runs there; --store FILE reads its file',
      EXIT.unreachable,
    )
  if (error instanceof Refused) return new CliError(message, error.hint, EXIT.refused)
  const hint =
    error instanceof Error && 'hint' in error ? String(error.hint) : 'mlops doctor checks this place'
  return new CliError(message, hint, EXIT.failed)
}

/** What stderr shows: two lines, safe for a terminal whatever was typed. */
export const errorText = ({ message, hint }: CliError): string =>
  `mlops: ${cleanText(message)}\n  hint: ${cleanText(hint)}\n`
