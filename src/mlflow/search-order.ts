// The order of what a search finds: None last, NaN just before it, both ways; then the ties of the kind.
import { invalid } from './errors.ts'
import { type Identifier, identify, type KindRules } from './search-kinds.ts'
import { keyword, quote, tokenize } from './search-token.ts'

/** A value to order by. */
export type Sortable = string | number | null | undefined

/** One thing to order by. */
export interface OrderTerm extends Identifier {
  readonly ascending: boolean
}

/** Reads `name [ASC|DESC]`. Throws MlflowError that names what is wrong. */
export function parseOrder(rules: KindRules, source: string): OrderTerm {
  const [name, way, ...more] = tokenize(source, 'order_by')
  if (name?.kind !== 'name' || more.length > 0)
    throw invalid(`Invalid order_by clause '${quote(source)}'. Could not be parsed.`)
  const direction = way ? keyword(way) : 'ASC'
  if (direction !== 'ASC' && direction !== 'DESC')
    throw invalid(`Invalid ordering key in order_by clause '${quote(source)}'.`)
  const id = identify(rules, name, rules.orderable)
  if (!rules.orderEntities.includes(id.entity)) throw invalid(`Invalid order_by entity: ${id.entity}`)
  return { ...id, ascending: direction === 'ASC' }
}

/** 0 for a value, 1 for NaN, 2 for none. */
function absence(value: Sortable): number {
  if (value === null || value === undefined) return 2
  return Number.isNaN(value) ? 1 : 0
}

/** Compares two values: those that are missing come last whatever the direction; numbers come before texts. */
export function compareValues(a: Sortable, b: Sortable, ascending: boolean): number {
  const missing = absence(a) - absence(b)
  if (missing !== 0 || absence(a) > 0) return missing
  if (a === b) return 0
  const isLess = typeof a === typeof b ? a! < b! : typeof a === 'number'
  return isLess === ascending ? -1 : 1
}
