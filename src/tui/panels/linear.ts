// Tables and details as sentences, for screen readers and for terminals without cursor addressing: one
// thing a line, the name of each value before it, no frames, no columns, no colours.
import type { Heading, Item } from '../../resources/define.ts'
import type { DetailSection } from './details.ts'
import { headingOf } from './table-layout.ts'

/** What stands for a value that a screen reader would skip or read as a dash. */
const NOTHING = 'none'

const spoken = (text: string): string => (text === '' || text === '-' ? NOTHING : text)
// Capitals are read letter by letter.
const word = (title: string): string => title.toLowerCase()

/** A sentence of parts; line breaks inside would be heard as another thing. */
const sentence = (parts: readonly string[]): string => {
  const text = parts.join(', ').replace(/\s+/g, ' ').trim()
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/**
 * A sentence for each row: `Name adam-1, status running, step 12.` `columns` are keys or dotted paths in
 * the order in which they are told, `now` is Unix ms. `noun`, if given, stands in place of the first
 * column's title: `Run adam-1, status running, step 12.`
 */
export function linearTable(
  headings: readonly Heading[],
  items: readonly Item[],
  columns: readonly string[],
  now: number,
  noun?: string,
): string[] {
  const titles = columns.map((key, i) =>
    i === 0 && noun !== undefined ? noun : word(headingOf(headings, key).title),
  )
  return items.map((item) =>
    sentence(columns.map((key, i) => `${titles[i]!} ${spoken(item.text(key, now))}`)),
  )
}

/** Each section's title, then a sentence for each of its rows: `Status: running.` */
export const linearDetails = (sections: readonly DetailSection[]): string[] =>
  sections.flatMap(({ title, rows, markdown = [] }) => {
    const said = markdown.filter((line) => line.trim() !== '')
    const count = rows.length + said.length
    return [
      ...(title === '' ? [] : [sentence([`${title}: ${count} ${count === 1 ? 'line' : 'lines'}`])]),
      ...rows.map(([key, value]) => sentence([`${key}: ${spoken(value)}`])),
      ...said,
    ]
  })
