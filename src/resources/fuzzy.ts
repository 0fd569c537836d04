// Ranks what was typed after `:` against a name: letters in order, better at word starts and in runs.

/** Longest query and text that are compared, UTF-16 units. */
const MAX_QUERY = 64
const MAX_SCORED = 256

const MATCH = 16
const RUN = 16
const WORD_START = 10
const TEXT_START = 6
/** Lost per letter left out between two matches. */
const GAP = 1
const NONE = Number.NEGATIVE_INFINITY

/** Bonus of the place `at` in a text: the first letter of it, or of a word or camelCase part. */
function placeBonus(text: string, at: number): number {
  if (at === 0) return WORD_START + TEXT_START
  const before = text[at - 1]!
  const isStart = !/[\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(text[at]!))
  return isStart ? WORD_START : 0
}

/** Same length as the text: a letter whose lower case is longer stays as it is. */
const lower = (text: string) =>
  Array.from({ length: text.length }, (_, i) => {
    const small = text[i]!.toLowerCase()
    return small.length === 1 ? small : text[i]!
  })

/** Best score of the query's letters up to one, for each place in the text that it may take. */
function placeLetter(letter: string, letters: string[], bonus: number[], before: number[] | undefined) {
  let reach = NONE
  return letters.map((candidate, at) => {
    const adjacent = before?.[at - 1] ?? NONE
    const start = before ? Math.max(reach, adjacent + RUN) : -Math.min(at, 10) * GAP
    reach = Math.max(reach, adjacent) - GAP
    return candidate === letter ? start + MATCH + bonus[at]! : NONE
  })
}

/**
 * How well `query` fits `text`, ignoring case: higher is better; undefined when its letters do not
 * occur in this order. Bonuses for word starts and for runs; of equal fits the shorter text wins.
 * An empty query fits everything with 0.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  if (query === '') return 0
  if (query.length > MAX_QUERY) return undefined
  const scored = text.slice(0, MAX_SCORED)
  const letters = lower(scored)
  const bonus = letters.map((_, at) => placeBonus(scored, at))
  let row: number[] | undefined
  for (const letter of lower(query)) row = placeLetter(letter, letters, bonus, row)
  const best = Math.max(NONE, ...(row ?? []))
  return best === NONE ? undefined : best - text.length / 1000
}
