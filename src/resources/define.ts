// A noun is declared once. Table, details, help, filter, `mlops get`, JSON, CSV and the docs read this.
import { formatValue } from '../core/format.ts'
import type { Table } from '../core/state.ts'
import type { World } from '../core/world.ts'

/** A raw value: what JSON shows, filters compare and sorting orders. Times are Dates; null is missing. */
export type Raw =
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | readonly Raw[]
  | { readonly [key: string]: Raw }

/** How a cell should strike the eye; the theme knows the colours. */
export type CellTone = 'text' | 'dim' | 'good' | 'warn' | 'bad' | 'accent' | 'bold'

/** One column of a noun. */
export interface Column<Row> {
  readonly title: string
  /** One sentence for the docs and the help, with the unit. */
  readonly doc: string
  readonly value: (row: Row) => Raw
  /** One entry of a column that holds a record, without making the whole of it. */
  readonly entry?: (row: Row, key: string) => Raw | undefined
  /** What an entry stands for in comparisons, where that is had for less than the entry. */
  readonly short?: (row: Row, key: string) => Raw | undefined
  /** Text of the cell; by default the raw value. `now` in Unix ms. */
  readonly show?: (row: Row, now: number) => string
  readonly tone?: (row: Row, now: number) => CellTone
  readonly align?: 'right'
  /** `wide` only where there is room, `never` only in details and JSON. */
  readonly table?: 'wide' | 'never'
  /** Widest it may get in a table, cells. */
  readonly max?: number
}

/** Which rows of a noun show a row of another table, or its series. */
export interface Join {
  readonly table: Table
  readonly rows: (world: World, id: string) => readonly string[]
}

/** Rows that stand for the rows of one table, with the series that these own. */
export interface RowByRow<Row> {
  readonly table: Table
  /** Tables of which rows show something too: where these change, all rows are made anew. */
  readonly also: readonly Table[]
  /** Tables of which rows show something too, and which rows those are: these alone are made anew. */
  readonly joins?: readonly Join[]
  /** undefined when the row is gone. */
  readonly row: (world: World, id: string) => Row | undefined
}

/** Rows of which there are so many that lists of a part make only these: those with one value of a field. */
export interface PartSpec<Row> {
  readonly field: string
  readonly rows: (world: World, value: string) => Iterable<Row>
}

/** A noun as its file declares it. */
export interface ResourceSpec<Row> {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string
  /** `now` in Unix ms; in a view of the past that moment. */
  readonly rows: (world: World, now: number) => Iterable<Row>
  /** How single rows are made anew when little has changed; without it all are. */
  readonly one?: RowByRow<Row>
  readonly part?: PartSpec<Row>
  readonly id: (row: Row) => string
  readonly columns: Readonly<Record<string, Column<Row>>>
  /** Columns to sort by when nothing else is asked for, `-` for falling. */
  readonly sort: string
  /** What Enter opens: details of the row, or another noun filtered by it. */
  readonly open?: { readonly resource: string; readonly filter: (row: Row) => string }
}

/** A column without its rows. */
export interface Heading {
  readonly key: string
  readonly title: string
  readonly doc: string
  readonly align: 'left' | 'right'
  readonly table: 'always' | 'wide' | 'never'
  readonly max: number
}

/** One row, whatever the noun. Nothing is computed before it is asked for. */
export interface Item {
  readonly id: string
  /** Text of a column's cell. */
  text(key: string, now: number): string
  tone(key: string, now: number): CellTone
  /** Raw value by column or dotted path (`params.lr`, `metrics.loss`, `metrics.loss.min`); undefined when there is none. */
  field(path: string): Raw | undefined
  /** All columns, raw. */
  record(): { readonly [key: string]: Raw }
  /** Filter of the noun that Enter opens. */
  openFilter(): string
}

/** A noun, ready for use. */
export interface Resource {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string
  readonly headings: readonly Heading[]
  readonly sort: string
  readonly opens: string | undefined
  /** All rows at `now`, Unix ms; by default the moment of the world, which is now for a live one. */
  items(world: World, now?: number): Item[]
  /** How single items are made anew; undefined for a noun whose rows depend on too much. */
  readonly one: RowByRow<Item> | undefined
  /** The noun with no more rows than those with this value of the field; undefined where that is not known for less. */
  readonly part: { readonly field: string; of(value: string): Resource } | undefined
}

const isRecord = (raw: Raw | undefined): raw is { readonly [key: string]: Raw } =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Date)

/** The value that a metric's summary stands for in comparisons, sorting and CSV: the last one. */
export function lastValue(raw: Raw | undefined): Raw | undefined {
  return isRecord(raw) && isRecord(raw.last) && raw.last.value !== undefined ? raw.last.value : raw
}

/** Looks `path` up below `raw`; keys may hold dots themselves, so the longest match wins. */
function lookUp(raw: Raw | undefined, path: string): Raw | undefined {
  if (Array.isArray(raw)) return raw[Number(path)]
  if (!isRecord(raw)) return undefined
  if (Object.hasOwn(raw, path)) return raw[path]
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const head = path.slice(0, dot)
    if (Object.hasOwn(raw, head)) return lookUp(raw[head], path.slice(dot + 1))
  }
  return undefined
}

/** A raw value as plain text. */
export function rawText(raw: Raw | undefined): string {
  if (raw === null || raw === undefined) return '-'
  if (raw instanceof Date) return raw.toISOString()
  if (Array.isArray(raw)) return raw.map(rawText).join(', ')
  if (isRecord(raw))
    return Object.entries(raw)
      .map(([key, value]) => `${key}=${rawText(lastValue(value))}`)
      .join(' ')
  return String(raw)
}

class RowItem<Row> implements Item {
  readonly #spec: ResourceSpec<Row>
  readonly #row: Row
  readonly id: string

  constructor(spec: ResourceSpec<Row>, row: Row) {
    this.#spec = spec
    this.#row = row
    this.id = spec.id(row)
  }

  text(key: string, now: number): string {
    const column = this.#spec.columns[key]
    if (!column) {
      const value = lastValue(this.field(key))
      return typeof value === 'number' ? formatValue(value) : rawText(value)
    }
    return column.show ? column.show(this.#row, now) : rawText(column.value(this.#row))
  }

  tone(key: string, now: number): CellTone {
    return this.#spec.columns[key]?.tone?.(this.#row, now) ?? 'text'
  }

  field(path: string): Raw | undefined {
    const column = this.#spec.columns[path]
    if (column) return column.value(this.#row)
    const dot = path.indexOf('.')
    const parent = dot > 0 ? this.#spec.columns[path.slice(0, dot)] : undefined
    const rest = path.slice(dot + 1)
    const short = parent?.short?.(this.#row, rest)
    if (short !== undefined) return short
    if (parent?.entry) return lastValue(this.#entry(parent.entry, rest))
    return parent && lastValue(lookUp(parent.value(this.#row), rest))
  }

  /** The longest head of `path` that is an entry, and what the rest of `path` names in it. */
  #entry(entry: (row: Row, key: string) => Raw | undefined, path: string): Raw | undefined {
    const whole = entry(this.#row, path)
    if (whole !== undefined) return whole
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      const head = entry(this.#row, path.slice(0, dot))
      if (head !== undefined) return lookUp(head, path.slice(dot + 1))
    }
    return undefined
  }

  record(): { readonly [key: string]: Raw } {
    const entries = Object.entries(this.#spec.columns).map(
      ([key, { value }]) => [key, value(this.#row)] as const,
    )
    return Object.fromEntries(entries)
  }

  openFilter(): string {
    return this.#spec.open?.filter(this.#row) ?? ''
  }
}

/** The declaration of a part of a noun. Its rows are few: all are made anew when something changes. */
const partSpec = <Row>(spec: ResourceSpec<Row>, part: PartSpec<Row>, value: string): ResourceSpec<Row> => ({
  ...spec,
  part: undefined,
  one: undefined,
  rows: (world) => part.rows(world, value),
})

/** Makes a noun of its declaration. */
export function defineResource<Row>(spec: ResourceSpec<Row>): Resource {
  const headings = Object.entries(spec.columns).map(
    ([key, column]): Heading => ({
      key,
      title: column.title,
      doc: column.doc,
      align: column.align ?? 'left',
      table: column.table ?? 'always',
      max: column.max ?? 40,
    }),
  )
  const { name, aliases, doc, sort, open } = spec
  // Paths come from people: `valueOf` must not name a column.
  const own: ResourceSpec<Row> = { ...spec, columns: Object.assign(Object.create(null), spec.columns) }
  const items = (world: World, now = world.at ?? Date.now()) =>
    Array.from(spec.rows(world, now), (row) => new RowItem(own, row))
  const one: RowByRow<Item> | undefined = spec.one && {
    ...spec.one,
    row(world, id) {
      const row = spec.one!.row(world, id)
      return row && new RowItem(own, row)
    },
  }
  const part = spec.part && {
    field: spec.part.field,
    of: (value: string) => defineResource(partSpec(spec, spec.part!, value)),
  }
  return { name, aliases, doc, sort, headings, opens: open?.resource, items, one, part }
}
