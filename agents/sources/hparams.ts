// What the HParams plugin of TensorBoard puts in event files: the hyperparameters of a session, when it began
// and how it ended. Source: tensorboard/plugins/hparams/{plugin_data,api}.proto, google/protobuf/struct.proto.
import type { EndStatus } from './format.ts'
import { BYTES, FIXED64, type Field, readFields, readInt64, VARINT } from './protobuf.ts'

/** Most hyperparameters that are taken from one record. */
const MAX_PARAMS = 2000

function readValue(bytes: Buffer, value: Field): string {
  for (const field of readFields(bytes, value.start, value.end)) {
    if (field.number === 1 && field.wire === VARINT) return 'null'
    if (field.number === 2 && field.wire === FIXED64) return String(bytes.readDoubleLE(field.start))
    if (field.number === 3 && field.wire === BYTES) return bytes.toString('utf8', field.start, field.end)
    if (field.number === 4 && field.wire === VARINT) return String(bytes[field.start] !== 0)
    if (field.number === 5 || field.number === 6) return '(structure)'
  }
  return ''
}

function readEntry(bytes: Buffer, entry: Field): [string, string] {
  let key = ''
  let text = ''
  for (const field of readFields(bytes, entry.start, entry.end)) {
    if (field.wire !== BYTES) continue
    if (field.number === 1) key = bytes.toString('utf8', field.start, field.end)
    if (field.number === 2) text = readValue(bytes, field)
  }
  return [key, text]
}

/** What an HParams record says of a session; times in Unix ms. */
export interface Session {
  params?: Record<string, string>
  began?: number
  ended?: { status: EndStatus; time: number }
}

/** A time in s as Unix ms; undefined when it is none. */
function readSeconds(bytes: Buffer, field: Field): number | undefined {
  const time = bytes.readDoubleLE(field.start) * 1000
  return time > 0 && time <= 8.64e15 ? time : undefined
}

/** SessionStartInfo: hparams = 1, start_time_secs = 5. */
function readStart(bytes: Buffer, start: Field): Session {
  const entries: [string, string][] = []
  let began: number | undefined
  for (const field of readFields(bytes, start.start, start.end)) {
    if (field.number === 1 && field.wire === BYTES && entries.length < MAX_PARAMS)
      entries.push(readEntry(bytes, field))
    if (field.number === 5 && field.wire === FIXED64) began = readSeconds(bytes, field)
  }
  return { params: Object.fromEntries(entries), ...(began !== undefined && { began }) }
}

const STATUS: Readonly<Record<number, EndStatus>> = { 1: 'finished', 2: 'failed' }

/**
 * SessionEndInfo: status = 1, end_time_secs = 2. PyTorch writes one without a time together with the start, when
 * nothing has ended: it counts for nothing.
 */
function readEnd(bytes: Buffer, end: Field): Session {
  let status: EndStatus | undefined
  let time: number | undefined
  for (const field of readFields(bytes, end.start, end.end)) {
    if (field.number === 1 && field.wire === VARINT)
      status = STATUS[Number(readInt64(bytes, field.start, field.end))]
    if (field.number === 2 && field.wire === FIXED64) time = readSeconds(bytes, field)
  }
  return status && time !== undefined ? { ended: { status, time } } : {}
}

/**
 * The session in an HParamsPluginData message bytes[start, end), numbers as JavaScript writes them; undefined
 * when it is about none (an experiment's list of names). Throws BadProtobuf.
 */
export function readSession(bytes: Buffer, start: number, end: number): Session | undefined {
  let session: Session | undefined
  for (const field of readFields(bytes, start, end)) {
    if (field.wire !== BYTES) continue
    if (field.number === 3) session = { ...session, ...readStart(bytes, field) }
    if (field.number === 4) session = { ...session, ...readEnd(bytes, field) }
  }
  return session
}
