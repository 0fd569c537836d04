// Which rows of a noun are asked for, in which order, with which columns.
import type { World } from '../core/world.ts'
import { type Heading, type Item, type Raw, type Resource, rawText } from '../resources/define.ts'
import { type Filter, parseFilter } from '../resources/filter.ts'
import { parseSort, type SortKey, sortItems } from '../resources/sort.ts'
import { nearHint, usageError } from './cli-error.ts'
import { type Named, pick } from './lookup.ts'

/** A test of rows, from a filter that was read. */
export type RowTest = Extract<Filter, { ok: true }>['test']

/** What is asked of a noun. */
export interface Query {
  readonly id: string | undefined
  readonly test: RowTest
  /** undefined: the noun's own order. */
  readonly sort: readonly SortKey[] | undefined
  readonly limit: number | undefined
  readonly offset: number
}

/** One column as asked for: a heading of the noun, or a path below one. */
export interface Field {
  /** As it was typed; the key in JSON and CSV. */
  readonly key: string
  readonly path: string
  readonly heading: Heading | undefined
}

/** Reads a filter. Throws CliError with code 2 that shows the place. */
export function readFilter(text: string): RowTest {
  const filter = parseFilter(text)
  if (filter.ok) return filter.test
  const before = text.slice(Math.max(0, filter.at - 30), filter.at)
  const place = before === '' ? 'at its start' : `at character ${filter.at + 1}, behind: ${before}`
  throw usageError(`--filter: ${filter.reason}`, place)
}

/** Sort keys; undefined without text. Throws CliError with code 2 when nothing is named. */
export function readSort(text: string | undefined): SortKey[] | undefined {
  const keys = text === undefined ? undefined : parseSort(text)
  if (keys?.length === 0) throw usageError('--sort names no column', 'for example --sort -metrics.loss,name')
  return keys
}

const named = (item: Item): Named & { item: Item } => {
  const name = item.field('name')
  return { id: item.id, name: typeof name === 'string' ? name : item.id, item }
}

/** The item that a word names. Throws CliError, see pick. */
export function findItem({ name, items }: Resource, world: World, word: string, now: number): Item {
  return pick(items(world, now).map(named), word, name.replace(/s$/, ''), `mlops get ${name}`).item
}

const SHORTCUTS = ['metrics', 'params', 'tags']

function keysBelow(items: readonly Item[], field: string): string[] {
  const keys = new Set<string>()
  for (const item of items) for (const key of Object.keys(item.field(field) ?? {})) keys.add(key)
  return [...keys]
}

/** Where a word leads: a column, a path below one, or a metric, param or tag without its prefix. */
export function fieldPath(word: string, { headings, name }: Resource, items: readonly Item[]): string {
  const dot = word.indexOf('.')
  const heads = dot > 0 ? [word, word.slice(0, dot)] : [word]
  if (headings.some(({ key }) => heads.includes(key)) || items.length === 0) return word
  const short = SHORTCUTS.filter((field) => headings.some(({ key }) => key === field))
  const found = short.find((field) => items.some((item) => item.field(`${field}.${word}`) !== undefined))
  if (found) return `${found}.${word}`
  const columns = headings.map(({ key }) => key)
  const known = [...columns, ...short.flatMap((field) => keysBelow(items, field))]
  throw usageError(
    `${name} have no column "${word}"`,
    nearHint(word, known, `columns: ${columns.join(', ')}`),
  )
}

/** Columns by name. Throws CliError with code 2. */
export function readFields(text: string, resource: Resource, items: readonly Item[]): Field[] {
  const words = text.split(',').map((word) => word.trim())
  const fields = words
    .filter((word) => word !== '')
    .map((key) => {
      const path = fieldPath(key, resource, items)
      return { key, path, heading: resource.headings.find((heading) => heading.key === path) }
    })
  if (fields.length > 0) return fields
  throw usageError(
    '--columns names no column',
    `columns: ${resource.headings.map(({ key }) => key).join(', ')}`,
  )
}

/** Text of a column's cell. */
export function cellText(item: Item, path: string, now: number): string {
  const raw = item.field(path)
  // Beyond what a Date holds; only a wrong clock says so.
  if (raw instanceof Date && Number.isNaN(raw.getTime())) return '-'
  return item.text(path, now)
}

/** One raw value as text for details: times in full, with what the table shows behind. */
export function detailText(item: Item, key: string, raw: Raw, now: number): string {
  const text = cellText(item, key, now)
  if (!(raw instanceof Date) || text === '-') return text
  const iso = rawText(raw)
  return text === iso ? iso : `${iso} (${text})`
}

/** The rows asked for, sorted. Throws CliError. */
export function selectItems(resource: Resource, world: World, query: Query, now: number): Item[] {
  if (query.id !== undefined) return [findItem(resource, world, query.id, now)]
  const all = resource.items(world, now)
  const shown = resource.headings.filter(({ table }) => table !== 'never').map(({ key }) => key)
  const rowText = (item: Item) =>
    [item.id, ...shown.map((key) => cellText(item, key, now))].join(' ').toLowerCase()
  const kept = all.filter((item) =>
    query.test({ text: () => rowText(item), field: (path) => item.field(path) }),
  )
  const keys =
    query.sort?.map((key) => ({ ...key, path: fieldPath(key.path, resource, all) })) ??
    parseSort(resource.sort)
  return sortItems(kept, keys).slice(
    query.offset,
    query.limit === undefined ? undefined : query.offset + query.limit,
  )
}
