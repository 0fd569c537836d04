// `mlops get`: the rows of a noun.

import { spanMs } from '../../core/moment.ts'
import type { World } from '../../core/world.ts'
import type { Item, Raw, Resource } from '../../resources/define.ts'
import { findResource, resources } from '../../resources/index.ts'
import { usageError } from '../cli-error.ts'
import { readWhole } from '../flag-values.ts'
import type { Args } from '../flags.ts'
import { type FormatChoice, formatChoice, formatFlags, recordPieces, tableText } from '../formats.ts'
import { nounOf } from '../lookup.ts'
import { type Output, writeAll } from '../output.ts'
import { pastFlags, readAt, type View, viewOf } from '../past.ts'
import {
  cellText,
  type Field,
  type Query,
  readFields,
  readFilter,
  readSort,
  selectItems,
} from '../selection.ts'
import type { TableColumn } from '../table.ts'
import { type Context, defineVerb } from '../verb.ts'
import { watch } from '../watch.ts'

const flags = {
  filter: { value: 'Q', doc: "only rows that pass, for example 'status=running loss<0.5 params.lr=1e-3'" },
  sort: { value: 'C', doc: 'by these columns or paths, comma separated, - for falling: -metrics.loss,name' },
  columns: { value: 'A,B', doc: 'these columns or paths instead of all: name,metrics.loss.min,params.lr' },
  limit: { value: 'N', doc: 'at most this many rows' },
  offset: { value: 'N', doc: 'without the first N rows: with --limit, a page further on' },
  watch: {
    doc: 'again after each change: redrawn in place on a terminal, else one snapshot after the other',
  },
  ...pastFlags,
  interval: { value: 'SPAN', default: '2s', doc: 'shortest time between two drawings of --watch' },
  ...formatFlags,
}

interface Order {
  readonly resource: Resource
  readonly query: Query
  readonly columns: string | undefined
  readonly choice: FormatChoice
}

function fieldsOf({ resource, columns }: Order, world: World): Field[] {
  // All rows, not only those that pass the filter, tell which paths there are.
  if (columns !== undefined) return readFields(columns, resource, resource.items(world))
  return resource.headings.map((heading) => ({ key: heading.key, path: heading.key, heading }))
}

function tableColumn(field: Field, items: readonly Item[], chosen: boolean): TableColumn {
  const { heading, key, path } = field
  if (heading)
    return {
      title: heading.title,
      align: heading.align,
      max: heading.max,
      optional: !chosen && heading.table === 'wide',
    }
  const isNumber = items.some((item) => typeof item.field(path) === 'number')
  return { title: key, align: isNumber ? 'right' : 'left' }
}

function table(order: Order, items: readonly Item[], fields: Field[], now: number, out: Output): string {
  const chosen = order.columns !== undefined
  const shown = chosen ? fields : fields.filter(({ heading }) => heading?.table !== 'never')
  const rows = items.map((item) =>
    shown.map(({ path }) => ({ text: cellText(item, path, now), tone: item.tone(path, now) })),
  )
  const columns = shown.map((field) => tableColumn(field, items, chosen))
  return tableText(columns, rows, order.choice, out)
}

const recordOf = (item: Item, fields: readonly Field[]): { readonly [key: string]: Raw } =>
  Object.fromEntries(fields.map(({ key, path }) => [key, item.field(path) ?? null]))

/** Rows in one page that a hub picks out. */
const MOST_IN_PAGE = 10_000

/** True for a page of runs, which the hub picks out itself: the world of thousands of runs need not travel. */
function wantsPage(args: Args<keyof typeof flags>): boolean {
  const [noun, id] = args.positionals
  const limit = Number(args.text('limit') ?? Number.NaN)
  if (findResource(noun ?? '')?.name !== 'runs' || id !== undefined) return false
  return limit <= MOST_IN_PAGE && !args.on('watch') && args.text('at') === undefined
}

async function pagePieces(
  order: Order,
  args: Args<keyof typeof flags>,
  { link, now, out }: Context,
): Promise<Iterable<string>> {
  const { resource, query } = order
  const { limit = 0, offset } = query
  const [filter, sort] = [args.text('filter') ?? '', args.text('sort') ?? '']
  const whole = order.columns !== undefined || order.choice.format !== 'table'
  const page = await link.page!({ noun: resource.name, filter, sort, offset, limit, whole })
  if (page.unknown !== undefined)
    throw usageError(
      `${resource.name} have no column "${page.unknown}"`,
      `columns: ${resource.headings.map(({ key }) => key).join(', ')}`,
    )
  const found = new Map(resource.items(page.world, now()).map((item) => [item.id, item]))
  const items = page.ids.flatMap((id) => found.get(id) ?? [])
  return pieces(order, { world: page.world, now: now() }, out, items)
}

function* pieces(
  order: Order,
  { world, now }: View,
  out: Output,
  items: readonly Item[] = selectItems(order.resource, world, order.query, now),
): Generator<string> {
  const { choice } = order
  const fields = fieldsOf(order, world)
  if (choice.format === 'table') yield table(order, items, fields, now, out)
  else {
    const records = items.map((item) => recordOf(item, fields))
    const names = fields.map(({ key }) => key)
    yield* recordPieces(choice.format, records, names)
  }
}

/** With --watch, json is one array a line: a reader needs no parser for streams. */
function snapshot(order: Order, { link, out, now }: Context): string {
  const view = { world: link.world(), now: now() }
  if (order.choice.format !== 'json') return [...pieces(order, view, out)].join('')
  const lines = [...pieces({ ...order, choice: { ...order.choice, format: 'jsonl' } }, view, out)]
  return `[${lines.map((line) => line.trimEnd()).join(',')}]\n`
}

function readInterval(text: string): number {
  const ms = spanMs(text) ?? spanMs(`${text}s`)
  if (ms !== undefined && ms >= 100) return ms
  throw usageError(`--interval ${text} is no time from 100ms up`, 'write 2s or 500ms')
}

function readOrder(args: Args<keyof typeof flags>): Order {
  const [noun, id] = args.positionals
  const limit = args.text('limit')
  return {
    resource: nounOf(noun!),
    query: {
      id,
      test: readFilter(args.text('filter') ?? ''),
      sort: readSort(args.text('sort')),
      limit: limit === undefined ? undefined : readWhole('--limit', limit, 0, Number.MAX_SAFE_INTEGER),
      offset: readWhole('--offset', args.text('offset') ?? '0', 0, Number.MAX_SAFE_INTEGER),
    },
    columns: args.text('columns'),
    choice: formatChoice(args),
  }
}

/** The verb. */
export const get = defineVerb({
  name: 'get',
  summary: 'Prints the rows of a noun: runs, hosts, alerts and so on. An id picks one row.',
  positionals: [
    { name: 'noun', doc: `a noun: ${resources.map(({ name }) => name).join(', ')}` },
    { name: 'id', doc: 'an id, the beginning of one, or a name', optional: true },
  ],
  flags,
  examples: [
    "mlops get runs --filter 'status=running loss<0.5' --sort metrics.loss",
    'mlops get runs --dir ./logs -o json',
    'mlops get hosts --watch',
    'mlops get runs --at 2h',
  ],
  pages: (args) => wantsPage(args),
  prepare(args) {
    const order = readOrder(args)
    if (order.query.id !== undefined && args.text('filter') !== undefined)
      throw usageError('an id and --filter exclude each other', 'give one of them')
    const at = readAt(args.text('at'))
    if (at && args.on('watch'))
      throw usageError('--at and --watch exclude each other', 'the past does not change')
    const intervalMs = readInterval(args.text('interval')!)
    return async (context) => {
      if (wantsPage(args) && context.link.page)
        await writeAll(context.out, await pagePieces(order, args, context))
      else if (!args.on('watch'))
        await writeAll(context.out, pieces(order, await viewOf(context, at), context.out))
      else {
        const between = order.choice.format === 'json' ? '' : '\n'
        const draw = () => snapshot(order, context)
        await watch(context, { intervalMs, inPlace: order.choice.format === 'table', between, draw })
      }
      return 0
    }
  },
})
