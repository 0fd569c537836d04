// What a cell of a table holds: a number, a word, or nothing.

/** Words for a missing value, as pandas reads them. */
const MISSING = new Set(
  ['', 'na', 'n/a', '<na>', '#n/a', 'nan', '-nan', 'null', 'none'].flatMap((word) => [
    word,
    word.toUpperCase(),
  ]),
)
for (const word of ['NaN', '-NaN', 'None', 'Null', '<NA>']) MISSING.add(word)

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const INFINITE = /^([+-]?)inf(?:inity)?$/i
const WHOLE = /^(-?\d+)\.0+$/

/** Whether a cell has no value. */
export const isMissing = (cell: string | undefined): boolean =>
  cell === undefined || MISSING.has(cell) || MISSING.has(cell.trim())

/** The number in a cell, +-Infinity for an infinite one; undefined where it is a word. Not for missing cells. */
export function numberIn(cell: string): number | undefined {
  const text = cell.trim()
  if (NUMBER.test(text)) return Number(text)
  const infinite = INFINITE.exec(text)
  if (!infinite) return undefined
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** The word in a cell; null where it is missing. `3.0` is `3`: a column with gaps is often written as decimals. */
export function wordIn(cell: string | undefined): string | null {
  if (isMissing(cell)) return null
  const text = cell!.trim()
  return WHOLE.exec(text)?.[1] ?? text
}
