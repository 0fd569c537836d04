// TensorBoard event files: TFRecords of Event messages. Takes scalars (TF1 simple_value, TF2 scalar
// tensors) and hyperparameters; steps over graphs, images and histograms. A record whose payload CRC
// is wrong is left out and reading goes on at the next; behind a wrong length nothing can be found,
// so the file stops there. Source: tensorflow/core/util/event.proto, framework/summary.proto.
import type { Step } from '../../src/protocol/numbers.ts'
import { type FileReader, type ReadContext, type Sink, savedFields } from './format.ts'
import { readSession, type Session } from './hparams.ts'
import type { FormatParts } from './lazy-format.ts'
import {
  BadProtobuf,
  BYTES,
  FIXED32,
  FIXED64,
  type Field,
  readFields,
  readInt64,
  VARINT,
} from './protobuf.ts'
import type { Json } from './source.ts'
import { readScalarTensor } from './tensor.ts'
import { MAX_LENGTH, readFrame } from './tfrecord.ts'

const isText = (field: Field, number: number) => field.number === number && field.wire === BYTES
const text = (bytes: Buffer, field: Field) => bytes.toString('utf8', field.start, field.end)

function readPlugin(bytes: Buffer, metadata: Field): { name: string; content?: Field } {
  let name = ''
  let content: Field | undefined
  for (const data of readFields(bytes, metadata.start, metadata.end)) {
    if (!isText(data, 1)) continue
    for (const field of readFields(bytes, data.start, data.end)) {
      if (isText(field, 1)) name = text(bytes, field)
      if (isText(field, 2)) content = field
    }
  }
  return { name, content }
}

interface Value {
  tag: string
  value?: number
  session?: Session
}

function readValue(bytes: Buffer, start: number, end: number): Value {
  let tag = ''
  let simple: number | undefined
  let tensor: Field | undefined
  let plugin: { name: string; content?: Field } = { name: '' }
  for (const field of readFields(bytes, start, end)) {
    if (isText(field, 1)) tag = text(bytes, field)
    else if (field.number === 2 && field.wire === FIXED32) simple = bytes.readFloatLE(field.start)
    else if (isText(field, 8)) tensor = field
    else if (isText(field, 9)) plugin = readPlugin(bytes, field)
  }
  if (simple !== undefined) return { tag, value: simple }
  // A writer names the plugin with the first value of a tag only: a bare scalar tensor counts too.
  if (tensor && (plugin.name === 'scalars' || plugin.name === ''))
    return { tag, value: readScalarTensor(bytes, tensor.start, tensor.end) }
  if (plugin.name === 'hparams' && plugin.content)
    return { tag, session: readSession(bytes, plugin.content.start, plugin.content.end) }
  return { tag }
}

function tellSession({ params, began, ended }: Session, sink: Sink): void {
  if (began !== undefined) sink.began(began)
  if (params) sink.params(params)
  if (ended) sink.ended(ended.status, ended.time)
}

/** Reads one Event message into the sink, or nothing of it when it throws BadProtobuf. */
function readEvent(bytes: Buffer, start: number, end: number, sink: Sink): void {
  let time = 0
  let step: Step = 0
  const values: Value[] = []
  for (const field of readFields(bytes, start, end)) {
    if (field.number === 1 && field.wire === FIXED64) time = bytes.readDoubleLE(field.start) * 1000
    else if (field.number === 2 && field.wire === VARINT) step = readInt64(bytes, field.start, field.end)
    else if (isText(field, 5)) {
      for (const item of readFields(bytes, field.start, field.end))
        if (isText(item, 1)) values.push(readValue(bytes, item.start, item.end))
    }
  }
  // A time outside of what a date can hold is no time.
  if (!(Math.abs(time) <= 8.64e15)) time = 0
  sink.began(time)
  for (const { tag, value, session } of values) {
    if (session) tellSession(session, sink)
    if (value !== undefined) sink.point(tag, step, time, value)
  }
}

function nameLoss(bytes: Buffer, length: number, offset: number): string {
  const looks = offset === 0 ? bytes.toString('latin1', 0, 24) : ''
  if (looks.startsWith('\x1f\x8b')) return 'is compressed with gzip, not an event file: decompress it'
  if (looks.startsWith('version https://git-lfs'))
    return 'is a Git LFS pointer, not an event file: run `git lfs pull`'
  if (length > MAX_LENGTH) return 'a record length is damaged or too large; reading stopped there'
  return 'a record length is damaged; reading stopped there'
}

/** Remembers what is left of a record that is stepped over, and whether the file is lost. */
function createReader(saved: Json | undefined): FileReader {
  const fields = savedFields(saved)
  let skip = typeof fields.skip === 'number' ? fields.skip : 0
  let stopped = fields.stopped === true
  let zeros = fields.zeros === true

  function readOne(bytes: Buffer, at: number, { sink, offset }: ReadContext): number {
    const frame = readFrame(bytes, at)
    const where = `byte ${offset + at}`
    if (frame.kind === 'incomplete') return at
    if (frame.kind === 'zeros') {
      if (!zeros) sink.problem('ends in zero bytes; what follows is read when it is written', where)
      zeros = true
      return at
    }
    zeros = false
    if (frame.kind === 'lost') {
      sink.problem(nameLoss(bytes.subarray(at), frame.length, offset + at), where)
      stopped = true
      return at
    }
    if (frame.kind === 'corrupt') sink.problem('records with a wrong checksum left out', where)
    else if (frame.kind === 'long') sink.problem('records longer than 8 MiB left out', where)
    else readRecord(bytes, frame.start, frame.end, sink, where)
    skip = Math.max(0, frame.next - bytes.length)
    return Math.min(frame.next, bytes.length)
  }

  function read(bytes: Buffer, context: ReadContext): number {
    let at = Math.min(skip, bytes.length)
    skip -= at
    while (at < bytes.length && !stopped) {
      const next = readOne(bytes, at, context)
      if (next === at) break
      at = next
      if (context.sink.full()) break
    }
    return at
  }

  return {
    read,
    get stopped() {
      return stopped
    },
    rotated() {
      skip = 0
      stopped = false
      zeros = false
    },
    save: () => ({ ...(skip && { skip }), ...(stopped && { stopped }), ...(zeros && { zeros }) }),
  }
}

function readRecord(bytes: Buffer, start: number, end: number, sink: Sink, where: string): void {
  try {
    readEvent(bytes, start, end, sink)
  } catch (error) {
    if (!(error instanceof BadProtobuf)) throw error
    sink.problem('records that are no event left out', where)
  }
}

/** Event files of TensorBoard; all in one directory are one run. */
export const tfevents: FormatParts = { sniff: () => 'log', open: createReader }
