// What a person has chosen and finds again in the next session: order and columns of each noun, saved views.
import { findResource } from '../../resources/index.ts'
import { parseSort, type SortKey, sortText } from '../../resources/sort.ts'
import { type ListView, listView } from './views.ts'

/** A list with a name. */
export interface SavedView {
  readonly resource: string
  readonly filter: string
  /** As parseSort reads it. */
  readonly sort: string
  /** null for the noun's own choice. */
  readonly columns: readonly string[] | null
}

/** All choices, as plain JSON. */
export interface Choices {
  /** By noun, as parseSort reads it. */
  readonly sort: Readonly<Record<string, string>>
  /** By noun: keys or dotted paths. */
  readonly columns: Readonly<Record<string, readonly string[]>>
  /** By name. */
  readonly views: Readonly<Record<string, SavedView>>
}

/** Where choices are kept. */
export interface Preferences {
  /** What was saved last, unchecked; undefined for nothing. */
  load(): unknown
  save(choices: Choices): void
  /** What is there now; undefined for nothing. Throws a sentence that names the field which cannot be read. */
  read?(): unknown
  /** Calls `changed` whenever something else was written; returns the way to stop. */
  watch?(changed: () => void): () => void
}

/** Nothing chosen. */
export const noChoices: Choices = { sort: {}, columns: {}, views: {} }

/** Longest text and most entries that are taken from a file. */
const MAX_TEXT = 2_000
const MAX_ENTRIES = 200

type Checked<T> = (raw: unknown) => T | undefined

const text: Checked<string> = (raw) => (typeof raw === 'string' && raw.length <= MAX_TEXT ? raw : undefined)

const texts: Checked<readonly string[]> = (raw) =>
  Array.isArray(raw) && raw.length <= MAX_ENTRIES && raw.every((one) => text(one) !== undefined)
    ? (raw as string[])
    : undefined

const fields = (raw: unknown): readonly [string, unknown][] =>
  typeof raw === 'object' && raw !== null ? Object.entries(raw) : []

function savedView(raw: unknown): SavedView | undefined {
  const { resource, filter, sort, columns } = Object.fromEntries(fields(raw))
  const noun = findResource(text(resource) ?? '')?.name
  if (noun === undefined) return undefined
  return {
    resource: noun,
    filter: text(filter) ?? '',
    sort: text(sort) ?? '',
    columns: texts(columns) ?? null,
  }
}

/** The entries that pass a check; the others are left out. */
function checked<T>(raw: unknown, check: Checked<T>): Record<string, T> {
  const entries = fields(raw).slice(0, MAX_ENTRIES)
  return Object.fromEntries(
    entries.flatMap(([key, value]) => {
      const good = check(value)
      return good === undefined ? [] : [[key, good] as const]
    }),
  )
}

/** The first field of a file that is not understood, such as `views.mine`; undefined when all are. */
export function wrongField(raw: unknown): string | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return 'the whole of it'
  const given = Object.fromEntries(fields(raw))
  const checks = { sort: text, columns: texts, views: savedView }
  for (const [name, check] of Object.entries(checks)) {
    const value = given[name]
    if (value !== undefined && (typeof value !== 'object' || value === null)) return name
    const bad = fields(value).find(([, one]) => check(one) === undefined)
    if (bad) return `${name}.${bad[0]}`
  }
  return undefined
}

/** Choices from what a file held. Never throws: what is not understood is left out. */
export function readChoices(raw: unknown): Choices {
  const { sort, columns, views } = Object.fromEntries(fields(raw))
  return { sort: checked(sort, text), columns: checked(columns, texts), views: checked(views, savedView) }
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** A fresh table of a noun in the order and with the columns last chosen for it. */
export function chosenList(choices: Choices, resource: string, filter = ''): ListView {
  const sort = own(choices.sort, resource) ?? findResource(resource)!.sort
  return { ...listView(resource, parseSort(sort), filter), columns: own(choices.columns, resource) ?? null }
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}

/** With the order of a noun; the noun's own one is not kept. */
export function withSort(choices: Choices, resource: string, sort: readonly SortKey[]): Choices {
  const chosen = sortText(sort)
  const others = without(choices.sort, resource)
  return {
    ...choices,
    sort: chosen === findResource(resource)!.sort ? others : { ...others, [resource]: chosen },
  }
}

/** With the columns of a noun; null for its own. */
export function withColumns(choices: Choices, resource: string, columns: readonly string[] | null): Choices {
  const others = without(choices.columns, resource)
  return { ...choices, columns: columns === null ? others : { ...others, [resource]: columns } }
}

/** With a list under a name; undefined takes the name away. */
export function withView(choices: Choices, name: string, view: SavedView | undefined): Choices {
  const others = without(choices.views, name)
  return { ...choices, views: view === undefined ? others : { ...others, [name]: view } }
}

/** The list of that name; undefined when there is none. */
export const viewNamed = ({ views }: Choices, name: string): SavedView | undefined => own(views, name)

/** What is saved of a list. */
export const savedOf = ({ resource, filter, sort, columns }: ListView): SavedView => ({
  resource,
  filter,
  sort: sortText(sort),
  columns,
})

/** The list that was saved. */
export const openSaved = ({ resource, filter, sort, columns }: SavedView): ListView => ({
  ...listView(resource, parseSort(sort), filter),
  columns,
})
