// Did you mean: the known words nearest to a mistyped one.

/** Longer words are compared by their beginning only, UTF-16 units. */
const MAX_LENGTH = 48
const MAX_SUGGESTIONS = 3

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: optimal string alignment. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

/** 0 for the same letters, then beginnings and parts, then edits; undefined when too far away. */
function distance(word: string, known: string): number | undefined {
  const [a, b] = [word.toLowerCase().slice(0, MAX_LENGTH), known.toLowerCase().slice(0, MAX_LENGTH)]
  if (a === b) return 0
  if (a.length >= 2 && b.startsWith(a)) return 0.5
  if (a.length >= 3 && b.includes(a)) return 0.9
  const limit = Math.max(1, Math.floor(Math.max(a.length, b.length) / 3))
  if (Math.abs(a.length - b.length) > limit || Math.min(a.length, b.length) < 2) return undefined
  const edits = editDistance(a, b)
  return edits <= limit ? edits : undefined
}

/** At most three of the known words that are near `word`, the nearest first. */
export function suggest(word: string, known: Iterable<string>): string[] {
  const near: { known: string; far: number }[] = []
  for (const candidate of new Set(known)) {
    const far = distance(word, candidate)
    if (far !== undefined) near.push({ known: candidate, far })
  }
  return near
    .sort((a, b) => a.far - b.far)
    .slice(0, MAX_SUGGESTIONS)
    .map((found) => found.known)
}
