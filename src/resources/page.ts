// A page of a noun's rows: filtered, sorted and cut where the data is, so that only the page has to travel.
import type { PageQuery, PageRows } from '../core/link.ts'
import type { World } from '../core/world.ts'
import type { Item, Resource } from './define.ts'
import { parseFilter } from './filter.ts'
import { findResource } from './index.ts'
import { parseSort, sortedRow, sortRows } from './sort.ts'

const SHORTCUTS = ['metrics', 'params', 'tags']

/** Where a word leads: a column, a path below one, or a metric, param or tag without its prefix; undefined for nowhere. */
export function pathOf(word: string, { headings }: Resource, items: readonly Item[]): string | undefined {
  const dot = word.indexOf('.')
  const heads = dot > 0 ? [word, word.slice(0, dot)] : [word]
  if (headings.some(({ key }) => heads.includes(key)) || items.length === 0) return word
  const short = SHORTCUTS.filter((field) => headings.some(({ key }) => key === field))
  const found = short.find((field) => items.some((item) => item.field(`${field}.${word}`) !== undefined))
  return found && `${found}.${word}`
}

function passing(items: readonly Item[], resource: Resource, filter: string, now: number): readonly Item[] {
  const parsed = parseFilter(filter)
  if (filter === '' || !parsed.ok) return items
  const shown = resource.headings.filter(({ table }) => table !== 'never').map(({ key }) => key)
  const text = (item: Item) => [item.id, ...shown.map((key) => item.text(key, now))].join(' ').toLowerCase()
  return items.filter((item) => parsed.test({ text: () => text(item), field: (path) => item.field(path) }))
}

/** The page that is asked for; `unknown` names a column of the order that there is not. `now` in Unix ms. */
export function pageOf(world: World, query: PageQuery, now: number): PageRows {
  const resource = findResource(query.noun)!
  const all = resource.items(world, now)
  const keys = parseSort(query.sort || resource.sort)
  const paths = keys.map(({ path }) => pathOf(path, resource, all))
  const missing = paths.indexOf(undefined)
  if (missing >= 0) return { ids: [], total: 0, unknown: keys[missing]!.path }
  const order = keys.map((key, i) => ({ ...key, path: paths[i]! }))
  const rows = passing(all, resource, query.filter, now).map((item, i) => sortedRow(item, i, order))
  const page = sortRows(rows, order).slice(query.offset, query.offset + query.limit)
  return { ids: page.map(({ item }) => item.id), total: rows.length }
}
