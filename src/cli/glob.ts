// Keys by name or with `*` for any text.
import { globTest } from '../core/glob.ts'

/** The keys that a word names: the key itself, else those that its `*` matches; case counts. */
export function keysMatching(word: string, keys: readonly string[]): string[] {
  if (keys.includes(word)) return [word]
  return word.includes('*') ? keys.filter(globTest(word)) : []
}
