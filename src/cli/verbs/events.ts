// `mlops events`: the log of what happened.
import { Unreachable } from '../../client/remote-link.ts'
import type { LogEvent } from '../../core/events.ts'
import type { HubLink } from '../../core/link.ts'
import { type Moment, momentMs, readMoment } from '../../core/moment.ts'
import { type Raw, rawText } from '../../resources/define.ts'
import { CliError, EXIT, usageError } from '../cli-error.ts'
import { csvLine } from '../csv.ts'
import { readWhole } from '../flag-values.ts'
import type { Args } from '../flags.ts'
import { type FormatChoice, formatChoice, formatFlags, tableText } from '../formats.ts'
import { jsonArray, jsonText } from '../json.ts'
import { ownersOf, pick } from '../lookup.ts'
import { type Output, writeAll } from '../output.ts'
import { type Context, defineVerb } from '../verb.ts'
import { pulses } from '../watch.ts'

const flags = {
  since: {
    value: 'WHEN',
    doc: 'behind this sequence number, or since an ISO time or a span before now (1h)',
  },
  about: { value: 'ID', doc: 'only events about this run or host: id, beginning of one, or name' },
  limit: { value: 'N', doc: 'with --since the first N, else the newest N (default 100)' },
  follow: { short: 'f', doc: 'then those that happen, until interrupted; json becomes an event a line' },
  ...formatFlags,
}

/** Most that a hub answers at once. */
const PAGE = 5000
const NEWEST = 100
const FOLLOW_MS = 200

interface Order {
  /** Sequence number, or a moment; undefined asks for the newest. */
  readonly since: number | Moment | undefined
  readonly about: string | undefined
  readonly limit: number | undefined
  readonly follow: boolean
  readonly choice: FormatChoice
}

function readSince(text: string | undefined): Order['since'] {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return readWhole('--since', text, 0, Number.MAX_SAFE_INTEGER)
  const moment = readMoment(text)
  if (moment) return moment
  throw usageError(
    `--since ${text} is no sequence number and no time`,
    'write 120, 2026-01-05T10:00:00Z or 1h',
  )
}

function readOrder(args: Args<keyof typeof flags>): Order {
  const limit = args.text('limit')
  return {
    since: readSince(args.text('since')),
    about: args.text('about'),
    limit: limit === undefined ? undefined : readWhole('--limit', limit, 0, Number.MAX_SAFE_INTEGER),
    follow: args.on('follow'),
    choice: formatChoice(args),
  }
}

/** What is no run or host of now may have been one: it is taken as the id itself. */
function aboutId(word: string | undefined, link: HubLink): string | undefined {
  if (word === undefined) return undefined
  try {
    return pick(ownersOf(link.world()), word, 'run or host', 'mlops get runs').id
  } catch (error) {
    if (error instanceof CliError && error.code === EXIT.notFound) return word
    throw error
  }
}

/** Pages of events behind `since`, oldest first. */
async function* after(link: HubLink, since: number, about: string | undefined): AsyncGenerator<LogEvent[]> {
  for (let at = since; ; ) {
    const page = await link.events({ since: at, limit: PAGE, about })
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    at = page.at(-1)!.seq
  }
}

async function newest(link: HubLink, about: string | undefined, limit: number): Promise<LogEvent[]> {
  // Only with --about it is unknown how far back the newest N reach.
  const since = about === undefined ? Math.max(0, link.world().state.seq - limit) : 0
  let kept: LogEvent[] = []
  for await (const page of after(link, since, about)) kept = [...kept, ...page].slice(-limit)
  return limit === 0 ? [] : kept
}

async function first(
  link: HubLink,
  order: Order,
  about: string | undefined,
  now: number,
): Promise<LogEvent[]> {
  const { since, limit = Number.POSITIVE_INFINITY } = order
  const from = typeof since === 'number' ? since : 0
  // `at` is by the clock of whoever reported: not in order, so all are looked at.
  const earliest = typeof since === 'object' ? momentMs(since, now) : Number.NEGATIVE_INFINITY
  const kept: LogEvent[] = []
  for await (const page of after(link, from, about)) {
    for (const event of page) if (event.at >= earliest && kept.length < limit) kept.push(event)
    if (kept.length >= limit) break
  }
  return kept
}

function recordOf({ seq, at, type, about, by, data }: LogEvent): { readonly [key: string]: Raw } {
  return { seq, at: new Date(at), type, about, by, data: data as Raw }
}

function* csvPieces(records: readonly { readonly [key: string]: Raw }[], header: boolean): Generator<string> {
  if (header) yield csvLine(['seq', 'at', 'type', 'about', 'by', 'data'])
  // Events of different types have little in common: their data stays JSON, so that the columns stay the same.
  for (const { seq, at, type, about, by, data } of records)
    yield csvLine([seq as number, at as Date, type as string, about as string, by as string, jsonText(data!)])
}

function tableOf(
  records: readonly { readonly [key: string]: Raw }[],
  choice: FormatChoice,
  out: Output,
): string {
  const keys = ['seq', 'at', 'type', 'about', 'by', 'data'] as const
  const rows = records.map((record) =>
    keys.map((key) => ({
      text: key === 'at' ? jsonText(record.at!).replaceAll('"', '') : rawText(record[key]),
    })),
  )
  const columns = keys.map(
    (key) => ({ title: key.toUpperCase(), align: key === 'seq' ? 'right' : 'left' }) as const,
  )
  return tableText(columns, rows, choice, out)
}

/** `more`: nothing but lines of events, no header and no array. */
function eventPieces(
  events: readonly LogEvent[],
  order: Order,
  out: Output,
  more: boolean,
): Iterable<string> {
  const records = events.map(recordOf)
  const { choice, follow } = order
  if (choice.format === 'csv') return csvPieces(records, !more)
  if (choice.format === 'json' && !follow) return jsonArray(records)
  if (choice.format !== 'table') return records.map((record) => `${jsonText(record)}\n`)
  const table = tableOf(records, choice, out)
  return more ? [table.slice(table.indexOf('\n') + 1)] : [table]
}

async function follow(
  order: Order,
  context: Context,
  about: string | undefined,
  from: number,
): Promise<void> {
  const { link, out, signal } = context
  let seen = from
  for await (const _ of pulses(link, signal, { intervalMs: FOLLOW_MS, always: false })) {
    const { seq } = link.world().state
    if (seq <= seen) continue
    try {
      for await (const page of after(link, seen, about)) {
        seen = page.at(-1)!.seq
        await writeAll(out, eventPieces(page, order, out, true))
      }
      seen = Math.max(seen, seq)
    } catch (error) {
      // The link connects again by itself, and the next pulse asks again.
      if (!(error instanceof Unreachable)) throw error
    }
  }
}

/** The verb. */
export const events = defineVerb({
  name: 'events',
  summary: 'Prints the log of what happened to runs and hosts, oldest first.',
  positionals: [],
  flags,
  examples: ['mlops events --since 1h', 'mlops events --about resnet-50 -o jsonl', 'mlops events --follow'],
  prepare(args) {
    const order = readOrder(args)
    return async (context) => {
      const { link, out, now } = context
      const about = aboutId(order.about, link)
      const before = link.world().state.seq
      const found =
        order.since === undefined
          ? await newest(link, about, order.limit ?? NEWEST)
          : await first(link, order, about, now())
      await writeAll(out, eventPieces(found, order, out, false))
      if (order.follow) await follow(order, context, about, Math.max(before, found.at(-1)?.seq ?? 0))
      return 0
    }
  },
})
