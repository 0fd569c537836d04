// Who sits at this process, as the system names them. A label for the log, not a proof: people are not authenticated.
import { userInfo } from 'node:os'
import { cleanText } from './text.ts'

/** Longest name of a person, UTF-16 units. */
export const MAX_USER = 64

/** The user's login name; `unknown` where the system has none for the user's number. */
export function userName(): string {
  try {
    return cleanText(userInfo().username, MAX_USER) || 'unknown'
  } catch {
    return 'unknown'
  }
}
