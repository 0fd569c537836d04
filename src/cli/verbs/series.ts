// `mlops series`: points of metrics.
import type { Columns } from '../../core/columns.ts'
import { momentMs, readMoment, spanMs } from '../../core/moment.ts'
import type { SeriesQuery, World } from '../../core/world.ts'
import type { Raw } from '../../resources/define.ts'
import { CliError, EXIT, nearHint, usageError } from '../cli-error.ts'
import { csvLine } from '../csv.ts'
import { readWhole } from '../flag-values.ts'
import type { Args } from '../flags.ts'
import { type FormatChoice, formatChoice, formatFlags, tableText } from '../formats.ts'
import { keysMatching } from '../glob.ts'
import { jsonText } from '../json.ts'
import { type Owner, ownersOf, pick } from '../lookup.ts'
import { type Output, writeAll } from '../output.ts'
import { type Context, defineVerb } from '../verb.ts'

const AXES = ['step', 'time', 'relative'] as const

const flags = {
  x: {
    value: 'AXIS',
    default: 'step',
    choices: AXES,
    doc: 'what --from, --to and thinning go by: step, time, relative',
  },
  from: { value: 'X', doc: 'first step; ISO time or span before now (1h); span since the first point (90s)' },
  to: { value: 'X', doc: 'last one, inclusive' },
  points: {
    value: 'N',
    default: '500',
    doc: 'at most N points a series (never fewer than 7), spikes and NaN kept; 0 gives all raw points',
  },
  ...formatFlags,
}

/** Points that the thinning may keep of one bucket, and besides; see createDecimator. */
const PER_BUCKET = 5
const ENDS = 2
const MAX_POINTS = 500_000

type Bound = (now: number) => number | undefined

interface Order {
  readonly owner: string
  readonly keys: readonly string[]
  readonly x: SeriesQuery['x']
  readonly from: Bound
  readonly to: Bound
  readonly points: number
  readonly choice: FormatChoice
}

/** One series on its way out. */
interface Loaded {
  readonly owner: Owner
  readonly key: string
  readonly columns: Columns
}

function readBound(flag: string, text: string | undefined, x: SeriesQuery['x']): Bound {
  if (text === undefined) return () => undefined
  if (x === 'step') {
    if (/^[+-]?\d{1,19}$/.test(text)) return () => Number(text)
    throw usageError(`${flag} ${text} is no step`, 'with --x step, write a whole number')
  }
  if (x === 'relative') {
    const ms = text === '0' ? 0 : spanMs(text)
    if (ms !== undefined) return () => ms
    throw usageError(`${flag} ${text} is no span of time`, 'with --x relative, write 90s, 10m or 1h30m')
  }
  const moment = readMoment(text)
  if (moment) return (now) => momentMs(moment, now)
  throw usageError(
    `${flag} ${text} is no time`,
    'with --x time, write 2026-01-05T10:00:00Z, or 1h for an hour ago',
  )
}

function readOrder(args: Args<keyof typeof flags>): Order {
  const [owner, ...keys] = args.positionals
  const x = args.text('x') as SeriesQuery['x']
  return {
    owner: owner!,
    keys,
    x,
    from: readBound('--from', args.text('from'), x),
    to: readBound('--to', args.text('to'), x),
    points: readWhole('--points', args.text('points')!, 0, MAX_POINTS),
    choice: formatChoice(args),
  }
}

function keysOf(order: Order, owner: Owner, world: World): string[] {
  const known = [...(world.series.get(owner.id)?.keys() ?? [])]
  const keys = order.keys.flatMap((word) => {
    const found = keysMatching(word, known)
    if (found.length > 0) return found
    const some = known.slice(0, 10).join(', ')
    const hint = nearHint(word, known, some === '' ? 'it has no series yet' : `it has ${some}`)
    throw new CliError(`${owner.kind} ${owner.name} has no series "${word}"`, hint, EXIT.notFound)
  })
  return [...new Set(keys)]
}

/** Buckets to ask for: none, which is every point, when all of them are few enough. */
function buckets(points: number, count: number): number {
  return points === 0 || count <= points ? 0 : Math.max(1, Math.floor((points - ENDS) / PER_BUCKET))
}

async function* load(order: Order, { link, now }: Context): AsyncGenerator<Loaded> {
  const world = link.world()
  const owner = pick(ownersOf(world), order.owner, 'run or host', 'mlops get runs')
  for (const key of keysOf(order, owner, world)) {
    const columns = await link.points({
      owner: owner.id,
      key,
      x: order.x,
      from: order.from(now()),
      to: order.to(now()),
      points: buckets(order.points, world.series.get(owner.id)?.get(key)?.count ?? 0),
    })
    yield { owner, key, columns }
  }
}

const pointAt = ({ steps, times, values }: Columns, i: number): [Raw, Raw, Raw] => [
  steps[i]!,
  new Date(times[i]!),
  values[i]!,
]

/** One record, in pieces: all points of a long series are more than one string can hold. */
function* recordPieces({ owner, key, columns }: Loaded): Generator<string> {
  const host = owner.kind === 'host' ? `,"host":${jsonText(owner.id)}` : ''
  yield `{"run":${jsonText(owner.id)}${host},"key":${jsonText(key)},"points":[`
  for (let i = 0; i < columns.times.length; i++) yield (i === 0 ? '' : ',') + jsonText(pointAt(columns, i))
  yield ']}'
}

function* csvPieces({ owner, key, columns }: Loaded): Generator<string> {
  for (let i = 0; i < columns.times.length; i++) {
    const [step, time, value] = pointAt(columns, i) as [number | bigint, Date, number]
    yield csvLine([owner.id, key, step, time, value])
  }
}

async function writeTable(out: Output, choice: FormatChoice, all: AsyncIterable<Loaded>): Promise<void> {
  const rows = []
  for await (const { owner, key, columns } of all)
    for (let i = 0; i < columns.times.length; i++) {
      const [step, time, value] = pointAt(columns, i) as [number | bigint, Date, number]
      const text = [owner.name, key, String(step), jsonText(time).replaceAll('"', ''), String(value)]
      const tone = Number.isFinite(value) ? 'text' : 'bad'
      rows.push(text.map((cell) => ({ text: cell, tone }) as const))
    }
  const columns = [
    { title: 'OWNER' },
    { title: 'KEY' },
    { title: 'STEP', align: 'right' },
    { title: 'TIME' },
    { title: 'VALUE', align: 'right' },
  ] as const
  await out.write(tableText(columns, rows, choice, out))
}

async function writeSeries({ choice }: Order, out: Output, all: AsyncIterable<Loaded>): Promise<void> {
  if (choice.format === 'table') return writeTable(out, choice, all)
  let before =
    choice.format === 'json'
      ? '[\n'
      : choice.format === 'csv'
        ? csvLine(['run', 'key', 'step', 'time', 'value'])
        : ''
  for await (const loaded of all) {
    await writeAll(out, [before])
    await writeAll(out, choice.format === 'csv' ? csvPieces(loaded) : recordPieces(loaded))
    before = choice.format === 'json' ? ',\n' : ''
    if (choice.format === 'jsonl') await out.write('\n')
  }
  if (choice.format === 'json') await out.write('\n]\n')
}

/** The verb. */
export const series = defineVerb({
  name: 'series',
  summary:
    'Prints points of metrics of a run, or of samples of a host, as [step, time, value]. Thinned points are in order of x, all points in order of arrival.',
  positionals: [
    { name: 'owner', doc: 'a run or a host: an id, the beginning of one, or a name' },
    { name: 'key', doc: "a key: loss, or 'train/*' with * for any text", many: 1 },
  ],
  flags,
  examples: [
    'mlops series resnet-50 loss val/loss -o json',
    "mlops series gpu-1 'gpu.*.utilization' --x time --from 1h -o csv",
  ],
  prepare(args) {
    const order = readOrder(args)
    return async (context) => {
      await writeSeries(order, context.out, load(order, context))
      return 0
    }
  },
})
