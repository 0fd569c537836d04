// Nested settings as flat `a.b.c = text`, bounded: a small file with aliases can stand for a huge tree.
import { numberText } from './loose-json.ts'

/** Most settings that are kept of one file or object. */
export const MAX_PARAMS = 2000
const MAX_DEPTH = 16
/** Most nodes that are looked at: what aliases of aliases expand to is bounded by it. */
const MAX_NODES = 20_000
/** Longest text of a list, UTF-16 units. */
const MAX_LIST = 2000

/** The settings are too deep or too many. */
export class TooManyParams extends Error {}

interface Budget {
  nodes: number
}

function spend(budget: Budget, depth: number): void {
  if (depth > MAX_DEPTH) throw new TooManyParams(`settings nested deeper than ${MAX_DEPTH}`)
  if (--budget.nodes < 0) throw new TooManyParams(`more than ${MAX_NODES} settings`)
}

function asText(value: unknown, budget: Budget, depth: number): string {
  spend(budget, depth)
  const number = numberText(value)
  if (number !== undefined) return number
  if (typeof value !== 'object' || value === null) return String(value)
  const items = Array.isArray(value)
    ? value.map((item) => asText(item, budget, depth + 1))
    : Object.entries(value).map(([key, item]) => `${key}: ${asText(item, budget, depth + 1)}`)
  const inside = items.join(', ')
  const cut = inside.length > MAX_LIST ? `${inside.slice(0, MAX_LIST)}…` : inside
  return Array.isArray(value) ? `[${cut}]` : `{${cut}}`
}

function collect(
  value: object,
  prefix: string,
  out: Map<string, string>,
  budget: Budget,
  depth: number,
): void {
  spend(budget, depth)
  for (const [key, item] of Object.entries(value)) {
    if (out.size >= MAX_PARAMS) throw new TooManyParams(`more than ${MAX_PARAMS} settings`)
    const path = prefix ? `${prefix}.${key}` : key
    const isTree = typeof item === 'object' && item !== null && !Array.isArray(item)
    if (isTree && Object.keys(item).length > 0) collect(item, path, out, budget, depth + 1)
    else out.set(path, asText(item, budget, depth + 1))
  }
}

/** Flattens nested settings to texts by dotted path, lists as `[a, b]`. Throws TooManyParams. */
export function flattenParams(value: unknown): Record<string, string> {
  const out = new Map<string, string>()
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    collect(value, '', out, { nodes: MAX_NODES }, 0)
  return Object.fromEntries(out)
}
