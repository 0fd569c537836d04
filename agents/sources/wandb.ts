// W&B's record of a run (run-*.wandb in wandb/run-* and wandb/offline-run-*), read while it is written: the
// history becomes points, the config params, project, host and git tags, the exit code the status. What is
// in the summary alone (a best accuracy) becomes a point at the last step when the run ends.
import { type EndStatus, type FileReader, type ReadContext, type Sink, savedFields } from './format.ts'
import type { FormatParts } from './lazy-format.ts'
import { flattenParams, TooManyParams } from './params.ts'
import { BadProtobuf } from './protobuf.ts'
import type { Json } from './source.ts'
import { FILE_HEADER_BYTES, fileKind, readWandbFrame } from './wandb-frames.ts'
import { type Item, numbersOf, readWandbRecord, type WandbRecord } from './wandb-records.ts'

/** Most names of the history, and values of the summary, that are remembered. */
const MAX_SEEN = 1000
const MAX_SUMMARY = 200
/** Keys of W&B itself: `_step`, `_runtime`, `_timestamp`, `_wandb`. */
const isOwn = (key: string) => key.startsWith('_')

interface State {
  /** Bytes of a damaged block that are still to be stepped over. */
  skip: number
  stopped: boolean
  /** The file ended inside a record, and that was told. */
  cut: boolean
  /** Step of the next history row without one. */
  step: number
  /** When the run began and when its last record was made, Unix ms. */
  start: number | undefined
  time: number | undefined
  /** How it ended, while nothing has told when. */
  exit: EndStatus | undefined
  readonly seen: Set<string>
  readonly summary: Map<string, number>
}

function load(saved: Json | undefined): State {
  const fields = savedFields(saved)
  const number = (value: Json | undefined) => (typeof value === 'number' ? value : undefined)
  const summary = Object.entries(savedFields(fields.summary)).map(([key, text]): [string, number] => [
    key,
    Number(text),
  ])
  return {
    skip: number(fields.skip) ?? 0,
    stopped: fields.stopped === true,
    cut: fields.cut === true,
    step: number(fields.step) ?? 0,
    start: number(fields.start),
    time: number(fields.time),
    exit: fields.exit === 'finished' || fields.exit === 'failed' ? fields.exit : undefined,
    seen: new Set(Array.isArray(fields.seen) ? fields.seen.map(String) : []),
    summary: new Map(summary),
  }
}

const save = ({ seen, summary, ...rest }: State): Json => ({
  ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== false)),
  seen: [...seen],
  // As text, for a summary may be NaN.
  summary: Object.fromEntries([...summary].map(([key, value]) => [key, String(value)])),
})

function tellConfig(config: readonly Item[], sink: Sink, where: string): void {
  const own = config.filter(([key, value]) => key !== '' && !isOwn(key) && value !== undefined)
  try {
    if (own.length > 0) sink.params(flattenParams(Object.fromEntries(own)))
  } catch (error) {
    if (!(error instanceof TooManyParams)) throw error
    sink.problem(error.message, where)
  }
}

function tellHistory(state: State, items: readonly Item[], named: number | undefined, context: ReadContext) {
  const numbers = numbersOf(items)
  const own = new Map(numbers.filter(([key]) => isOwn(key)))
  const step = named ?? own.get('_step') ?? state.step
  if (!Number.isSafeInteger(step)) return
  state.step = step + 1
  const seconds = own.get('_timestamp')
  if (seconds !== undefined && seconds > 0 && seconds < 8.64e12) state.time = seconds * 1000
  for (const [key, value] of numbers) {
    if (isOwn(key)) continue
    if (state.seen.size < MAX_SEEN) state.seen.add(key)
    context.sink.point(key, step, state.time ?? context.mtime, value)
  }
}

/** Measurements of the machine have no step: they get the seconds since the run began. */
function tellStats(state: State, items: readonly Item[], time: number | undefined, context: ReadContext) {
  state.time = time ?? state.time
  const at = time ?? context.mtime
  state.start ??= at
  const step = Math.max(0, Math.round((at - state.start) / 1000))
  for (const [key, value] of numbersOf(items)) context.sink.point(`system/${key}`, step, at, value)
}

function keepSummary(state: State, items: readonly Item[]): void {
  for (const [key, value] of numbersOf(items))
    if (!isOwn(key) && (state.summary.size < MAX_SUMMARY || state.summary.has(key)))
      state.summary.set(key, value)
}

function tellSummary(state: State, { sink, mtime }: ReadContext): void {
  const step = Math.max(0, state.step - 1)
  for (const [key, value] of state.summary)
    if (!state.seen.has(key)) sink.point(key, step, state.time ?? mtime, value)
  state.summary.clear()
}

function tellEnd(state: State, time: number | undefined, sink: Sink): void {
  if (state.exit === undefined || time === undefined) return
  sink.ended(state.exit, time)
  state.exit = undefined
}

function tell(state: State, record: WandbRecord, context: ReadContext, where: string): void {
  const { sink, mtime } = context
  if (record.kind === 'run') {
    state.start ??= record.start
    if (record.start !== undefined) sink.began(record.start)
    tellConfig(record.config, sink, where)
    sink.tags(record.tags)
  } else if (record.kind === 'config') tellConfig(record.config, sink, where)
  else if (record.kind === 'history') tellHistory(state, record.items, record.step, context)
  else if (record.kind === 'stats') tellStats(state, record.items, record.time, context)
  else if (record.kind === 'summary') keepSummary(state, record.items)
  else if (record.kind === 'exit') {
    const ran = record.runtime && state.start !== undefined ? state.start + record.runtime * 1000 : undefined
    state.exit = record.code === 0 ? 'finished' : 'failed'
    tellEnd(state, ran ?? state.time, sink)
  } else if (record.kind === 'final') {
    tellEnd(state, state.time ?? mtime, sink)
    tellSummary(state, context)
  }
}

function readPayload(state: State, payload: Buffer, context: ReadContext, where: string): void {
  try {
    tell(state, readWandbRecord(payload), context, where)
  } catch (error) {
    if (!(error instanceof BadProtobuf)) throw error
    context.sink.problem('records that are no W&B record left out', where)
  }
}

/** Reads the file's header; the number of bytes done with. */
function readHeader(state: State, bytes: Buffer, { sink }: ReadContext): number {
  if (bytes.length < FILE_HEADER_BYTES) return 0
  const kind = fileKind(bytes)
  if (kind === 'wandb') return FILE_HEADER_BYTES
  state.stopped = true
  sink.problem(kind === 'other' ? 'is no W&B file' : 'is a W&B file of an unknown version, not read')
  return 0
}

function readOne(state: State, bytes: Buffer, at: number, context: ReadContext): number {
  const frame = readWandbFrame(bytes, at, context.offset)
  const where = `byte ${context.offset + at}`
  if (frame.kind === 'incomplete') {
    if (context.quiet && !state.cut && at < bytes.length) {
      state.cut = true
      context.sink.problem('ends inside a record; the rest is read when it is written', where)
    }
    return at
  }
  state.cut = false
  if (frame.kind === 'corrupt') context.sink.problem('damaged records left out', where)
  if (frame.kind === 'record') readPayload(state, frame.payload, context, where)
  state.skip = Math.max(0, frame.next - bytes.length)
  return Math.min(frame.next, bytes.length)
}

function read(state: State, bytes: Buffer, context: ReadContext): number {
  let at = context.offset === 0 ? readHeader(state, bytes, context) : Math.min(state.skip, bytes.length)
  if (context.offset > 0) state.skip -= at
  if (context.offset === 0 && at === 0) return 0
  while (at < bytes.length && !state.stopped && state.skip === 0) {
    const next = readOne(state, bytes, at, context)
    if (next === at) break
    at = next
    if (context.sink.full()) break
  }
  return at
}

function createReader(saved: Json | undefined): FileReader {
  const state = load(saved)
  return {
    read: (bytes, context) => read(state, bytes, context),
    get stopped() {
      return state.stopped
    },
    rotated: () => void Object.assign(state, { skip: 0, stopped: false, cut: false }),
    save: () => save(state),
  }
}

/** The record of a run by W&B; its folder is the run. */
export const wandb: FormatParts = {
  sniff: (head) => (head.length === 0 ? 'undecided' : 'log'),
  open: createReader,
}
