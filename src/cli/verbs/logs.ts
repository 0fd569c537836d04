// `mlops logs`: what runs printed, of several merged by time.
import { Unreachable } from '../../client/remote-link.ts'
import { type Moment, momentMs, readMoment } from '../../core/moment.ts'
import type { Raw } from '../../resources/define.ts'
import { compileRegex } from '../../resources/regex.ts'
import { fitText } from '../cell-width.ts'
import { usageError } from '../cli-error.ts'
import { csvLine } from '../csv.ts'
import { readWhole } from '../flag-values.ts'
import type { Args } from '../flags.ts'
import { type FormatChoice, formatChoice, formatFlags } from '../formats.ts'
import { jsonArray, jsonText } from '../json.ts'
import { type LineChoice, lastLines, linesAfter, type OwnedLine } from '../line-reading.ts'
import { type Owner, ownersOf, pick } from '../lookup.ts'
import { writeAll } from '../output.ts'
import { type Context, defineVerb } from '../verb.ts'
import { pulses } from '../watch.ts'

const flags = {
  follow: { short: 'f', doc: 'then what is printed, until interrupted; json becomes a line each' },
  since: { value: 'WHEN', doc: 'since an ISO time or a span before now (15m)' },
  tail: { value: 'N', doc: 'only the last N lines' },
  grep: { value: 'REGEX', doc: 'only lines that hold this pattern, upper and lower case alike' },
  stream: {
    value: 'NAME',
    multiple: true as const,
    doc: 'only this file or stream, such as stderr; repeatable',
  },
  timestamps: { short: 't', doc: 'the time before each line' },
  ...formatFlags,
}

const FOLLOW_MS = 200
/** Widest name before a line. */
const MAX_NAME = 24
const FIELDS = ['run', 'name', 'number', 'at', 'stream', 'text'] as const

interface Order {
  readonly words: readonly string[]
  readonly since: Moment | undefined
  readonly tail: number | undefined
  readonly choice: Pick<LineChoice, 'streams' | 'holds'>
  readonly follow: boolean
  readonly timestamps: boolean
  readonly form: FormatChoice
}

function readSince(text: string | undefined): Moment | undefined {
  const moment = text === undefined ? undefined : readMoment(text)
  if (text === undefined || moment) return moment
  throw usageError(`--since ${text} is no time`, 'write 2026-01-05T10:00:00Z or 15m')
}

function readPattern(text: string | undefined): LineChoice['holds'] {
  if (text === undefined) return undefined
  const pattern = compileRegex(text)
  if (pattern.ok) return { text, regex: true }
  throw usageError(`--grep: ${pattern.reason}`, `at character ${pattern.at + 1} of ${text}`)
}

function readOrder(args: Args<keyof typeof flags>): Order {
  const tail = args.text('tail')
  const streams = args.texts('stream')
  return {
    words: args.positionals,
    since: readSince(args.text('since')),
    tail: tail === undefined ? undefined : readWhole('--tail', tail, 0, 1_000_000),
    choice: { streams: streams.length > 0 ? streams : undefined, holds: readPattern(args.text('grep')) },
    follow: args.on('follow'),
    timestamps: args.on('timestamps'),
    form: formatChoice(args),
  }
}

const isoTime = (at: number): string => new Date(at).toISOString()

/** Lines as text: names before them where there are several owners. */
function* textPieces(lines: readonly OwnedLine[], owners: readonly Owner[], { timestamps }: Order) {
  const width = Math.min(MAX_NAME, Math.max(...owners.map(({ name }) => name.length)))
  const heads = new Map(
    owners.map(({ id, name }) => [id, owners.length > 1 ? `${fitText(name, width).padEnd(width)} | ` : '']),
  )
  for (const { owner, at, text } of lines)
    yield `${timestamps ? `${isoTime(at)} ` : ''}${heads.get(owner)}${text}\n`
}

function pieces(lines: readonly OwnedLine[], owners: readonly Owner[], order: Order): Iterable<string> {
  const { form, follow } = order
  if (form.format === 'table') return textPieces(lines, owners, order)
  const names = new Map(owners.map(({ id, name }) => [id, name]))
  const records = lines.map(({ owner, number, at, stream, text }): Record<string, Raw> => {
    return { run: owner, name: names.get(owner) ?? owner, number, at: new Date(at), stream, text }
  })
  if (form.format === 'csv')
    return records.map((record) => csvLine(FIELDS.map((field) => record[field] as string | number | Date)))
  if (form.format === 'json' && !follow) return jsonArray(records)
  return records.map((record) => `${jsonText(record)}\n`)
}

/** Prints what is asked for; `seen` is then how far it went. */
async function printFirst(
  order: Order,
  { link, out, now }: Context,
  owners: readonly Owner[],
  seen: Map<string, number>,
): Promise<void> {
  const since = order.since && momentMs(order.since, now())
  const choice = { ...order.choice, since }
  const { format } = order.form
  if (format === 'csv') await out.write(csvLine([...FIELDS]))
  if (order.tail !== undefined) {
    const lines = await lastLines(link, choice, seen, order.tail)
    return writeAll(out, pieces(lines, owners, order))
  }
  const whole: OwnedLine[] = []
  const isArray = format === 'json' && !order.follow
  for await (const lines of linesAfter(link, choice, seen)) {
    if (isArray) for (const line of lines) whole.push(line)
    else await writeAll(out, pieces(lines, owners, order))
  }
  if (isArray) await writeAll(out, pieces(whole, owners, order))
}

async function follow(
  order: Order,
  { link, out, signal }: Context,
  owners: readonly Owner[],
  seen: Map<string, number>,
): Promise<void> {
  for await (const _ of pulses(link, signal, { intervalMs: FOLLOW_MS, always: false })) {
    const { lines } = link.world()
    if (![...seen].some(([owner, number]) => (lines?.get(owner)?.next ?? 0) - 1 > number)) continue
    try {
      for await (const more of linesAfter(link, order.choice, seen))
        await writeAll(out, pieces(more, owners, order))
    } catch (error) {
      // The link connects again by itself, and the next pulse asks again.
      if (!(error instanceof Unreachable)) throw error
    }
  }
}

/** The verb. */
export const logs = defineVerb({
  name: 'logs',
  summary: 'Prints the text output of runs, oldest line first; of several runs merged by time.',
  positionals: [{ name: 'run', doc: 'a run: id, beginning of one, or name', many: 1 }],
  flags,
  examples: [
    'mlops logs resnet-50 -f --tail 100',
    'mlops logs resnet-50 --since 15m --grep "error|nan"',
    'mlops logs bert-1 bert-2 -t',
    'mlops logs resnet-50 --stream stderr -o jsonl',
  ],
  prepare(args) {
    const order = readOrder(args)
    return async (context) => {
      const { link, note } = context
      const world = link.world()
      const found = order.words.map((word) => pick(ownersOf(world), word, 'run or host', 'mlops get runs'))
      const owners = [...new Map(found.map((owner) => [owner.id, owner])).values()]
      for (const { id, name } of owners)
        if (world.lines && !world.lines.has(id)) note(`no text output of ${name} is known`)
      const seen = new Map(owners.map(({ id }) => [id, 0]))
      await printFirst(order, context, owners, seen)
      if (order.follow) await follow(order, context, owners, seen)
      return 0
    }
  },
})
