// Answers questions about text output: the pattern is compiled here, the store looks for it.
import type { LinePage, LineQuery, LineTest } from '../core/lines.ts'
import { Refused } from '../core/link.ts'
import { compileRegex } from '../resources/regex.ts'
import type { Store } from '../store/store.ts'

function testOf(holds: LineTest | undefined): ((text: string) => boolean) | undefined {
  if (!holds || holds.text === '') return undefined
  if (!holds.regex) {
    const wanted = holds.text.toLowerCase()
    return (text) => text.toLowerCase().includes(wanted)
  }
  const pattern = compileRegex(holds.text)
  if (!pattern.ok) throw new Refused(`the pattern: ${pattern.reason}`, `at character ${pattern.at + 1}`)
  return pattern.test
}

/** Lines of text output. Throws Refused for a pattern that is none. */
export const answerLines = (store: Pick<Store, 'lines'>, query: LineQuery): LinePage =>
  store.lines(query, testOf(query.holds))
