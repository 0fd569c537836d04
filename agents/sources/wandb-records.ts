// The records of a .wandb file that tell of the run: its start, config, history, summary, the measurements
// of the system, and its end. All others are stepped over. Source: wandb/proto/wandb_internal.proto, checked
// against files of versions 0.10 and 0.13.
import { parseNumber } from './cells.ts'
import { numberText, parseLooseJson } from './loose-json.ts'
import { BYTES, type Field, readFields, readInt64, VARINT } from './protobuf.ts'
import { withoutLogin } from './secrets.ts'

/** A key and what its JSON says. */
export type Item = readonly [key: string, value: unknown]

/** One record. */
export type WandbRecord =
  | { kind: 'run'; config: Item[]; tags: Record<string, string>; start: number | undefined }
  | { kind: 'config'; config: Item[] }
  | { kind: 'history'; items: Item[]; step: number | undefined }
  | { kind: 'summary'; items: Item[] }
  /** Measurements of the machine; `time` in Unix ms. */
  | { kind: 'stats'; items: Item[]; time: number | undefined }
  /** The process ended; `runtime` in s. */
  | { kind: 'exit'; code: number; runtime: number | undefined }
  /** Nothing of the run comes behind it. */
  | { kind: 'final' }
  | { kind: 'other' }

const MAX_DEPTH = 8
/** Most keys that one record may hold. */
const MAX_ITEMS = 10_000

const textOf = (bytes: Buffer, field: Field) => bytes.toString('utf8', field.start, field.end)
const numberOf = (bytes: Buffer, field: Field) => Number(readInt64(bytes, field.start, field.end))
const inside = (bytes: Buffer, field: Field) => readFields(bytes, field.start, field.end)

function parseValue(text: string): unknown {
  // A long integer is kept exactly, which costs more.
  const number = text.length < 16 ? parseNumber(text) : undefined
  if (number !== undefined) return number
  try {
    return parseLooseJson(text)
  } catch {
    return undefined
  }
}

/** An item of a record: key = 1 or nested_key = 2, value_json = 16. */
function readItem(bytes: Buffer, item: Field): Item {
  let key = ''
  let json = ''
  const nested: string[] = []
  for (const field of inside(bytes, item)) {
    if (field.wire !== BYTES) continue
    if (field.number === 1) key = textOf(bytes, field)
    else if (field.number === 2) nested.push(textOf(bytes, field))
    else if (field.number === 16) json = textOf(bytes, field)
  }
  return [nested.length > 0 ? nested.join('.') : key, parseValue(json)]
}

function readItems(bytes: Buffer, record: Field, number: number): Item[] {
  const items: Item[] = []
  for (const field of inside(bytes, record))
    if (field.number === number && field.wire === BYTES && items.length < MAX_ITEMS)
      items.push(readItem(bytes, field))
  return items
}

/** A google.protobuf.Timestamp in Unix ms. */
function readTimestamp(bytes: Buffer, stamp: Field): number | undefined {
  let ms = 0
  for (const field of inside(bytes, stamp)) {
    if (field.wire !== VARINT) continue
    if (field.number === 1) ms += numberOf(bytes, field) * 1000
    if (field.number === 2) ms += numberOf(bytes, field) / 1e6
  }
  return ms > 0 && ms < 8.64e15 ? ms : undefined
}

const RUN_TAGS: Readonly<Record<number, string>> = {
  1: 'wandb.id',
  2: 'wandb.entity',
  3: 'wandb.project',
  6: 'wandb.group',
  7: 'wandb.job_type',
  8: 'wandb.name',
  9: 'wandb.notes',
  12: 'wandb.sweep',
  13: 'host',
}

function readGit(bytes: Buffer, git: Field, tags: Record<string, string>): void {
  for (const field of inside(bytes, git)) {
    if (field.number === 1 && field.wire === BYTES) tags['git.remote'] = withoutLogin(textOf(bytes, field))
    if (field.number === 2 && field.wire === BYTES) tags['git.commit'] = textOf(bytes, field)
  }
}

function readRun(bytes: Buffer, record: Field): WandbRecord {
  const tags: Record<string, string> = {}
  const labels: string[] = []
  let config: Item[] = []
  let start: number | undefined
  for (const field of inside(bytes, record)) {
    if (field.wire !== BYTES) continue
    const tag = RUN_TAGS[field.number]
    if (tag && field.end > field.start) tags[tag] = textOf(bytes, field)
    else if (field.number === 4) config = readItems(bytes, field, 1)
    else if (field.number === 10) labels.push(textOf(bytes, field))
    else if (field.number === 17) start = readTimestamp(bytes, field)
    else if (field.number === 21) readGit(bytes, field, tags)
  }
  if (labels.length > 0) tags['wandb.tags'] = labels.join(', ')
  return { kind: 'run', config, tags, start }
}

function readHistory(bytes: Buffer, record: Field): WandbRecord {
  let step: number | undefined
  for (const field of inside(bytes, record))
    if (field.number === 2 && field.wire === BYTES) {
      step = 0
      for (const part of inside(bytes, field))
        if (part.number === 1 && part.wire === VARINT) step = numberOf(bytes, part)
    }
  return { kind: 'history', items: readItems(bytes, record, 1), step }
}

function readStats(bytes: Buffer, record: Field): WandbRecord {
  let time: number | undefined
  for (const field of inside(bytes, record))
    if (field.number === 2 && field.wire === BYTES) time = readTimestamp(bytes, field)
  return { kind: 'stats', items: readItems(bytes, record, 3), time }
}

function readExit(bytes: Buffer, record: Field): WandbRecord {
  let code = 0
  let runtime: number | undefined
  for (const field of inside(bytes, record)) {
    if (field.number === 1 && field.wire === VARINT) code = numberOf(bytes, field)
    if (field.number === 2 && field.wire === VARINT) runtime = numberOf(bytes, field)
  }
  return { kind: 'exit', code, runtime }
}

/** Reads one Record message. Throws BadProtobuf. */
export function readWandbRecord(bytes: Buffer): WandbRecord {
  for (const field of readFields(bytes, 0, bytes.length)) {
    if (field.wire !== BYTES) continue
    if (field.number === 2) return readHistory(bytes, field)
    if (field.number === 3) return { kind: 'summary', items: readItems(bytes, field, 1) }
    if (field.number === 5) return { kind: 'config', config: readItems(bytes, field, 1) }
    if (field.number === 7) return readStats(bytes, field)
    if (field.number === 17) return readRun(bytes, field)
    if (field.number === 18) return readExit(bytes, field)
    if (field.number === 20 || field.number === 22) return { kind: 'final' }
  }
  return { kind: 'other' }
}

function asNumber(value: unknown): number | undefined {
  const text =
    numberText(value) ?? (typeof value === 'string' && /^-?(NaN|Infinity)$/.test(value) ? value : '')
  return parseNumber(text)
}

/** The numbers of items, nested ones by dotted path; media and histograms (`_type`) are none. */
export function numbersOf(items: readonly Item[], prefix = '', depth = 0): [string, number][] {
  return items.flatMap(([key, value]): [string, number][] => {
    const number = asNumber(value)
    if (number !== undefined) return [[prefix + key, number]]
    if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > MAX_DEPTH) return []
    return Object.hasOwn(value, '_type')
      ? []
      : numbersOf(Object.entries(value), `${prefix}${key}.`, depth + 1)
  })
}
