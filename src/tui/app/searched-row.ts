// A row as a filter sees it: its cells as one text, made as far as words had to be looked for.
import type { Item } from '../../resources/define.ts'
import type { FilterRow } from '../../resources/filter.ts'

/** Makes rows that filters look at; `keys` are the columns that are searched, `now` is Unix ms. */
export function searchedRow(item: Item, keys: readonly string[], now: number): FilterRow {
  let known = ''
  let next = 0
  const grow = (): string => {
    const cell = item.text(keys[next]!, now).toLowerCase()
    known = next === 0 ? cell : `${known} ${cell}`
    next++
    return cell
  }
  const text = (): string => {
    while (next < keys.length) grow()
    return known
  }
  return {
    text,
    has(word) {
      if (known.includes(word)) return true
      // A phrase may lie across two cells.
      if (word.includes(' ')) return text().includes(word)
      while (next < keys.length) if (grow().includes(word)) return true
      return false
    },
    field: (path) => item.field(path),
  }
}
