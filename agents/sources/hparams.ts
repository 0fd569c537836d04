// Hyperparameters that the HParams plugin of TensorBoard puts in event files. Source: tensorboard/
// plugins/hparams/plugin_data.proto and google/protobuf/struct.proto.
import { BYTES, FIXED64, type Field, readFields, VARINT } from './protobuf.ts'

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

/**
 * The hyperparameters in an HParamsPluginData message bytes[start, end), numbers as JavaScript writes
 * them; undefined when it is not about the start of a session. Throws BadProtobuf.
 */
export function readHparams(bytes: Buffer, start: number, end: number): Record<string, string> | undefined {
  const entries: [string, string][] = []
  let found = false
  for (const session of readFields(bytes, start, end)) {
    if (session.number !== 3 || session.wire !== BYTES) continue
    found = true
    for (const entry of readFields(bytes, session.start, session.end))
      if (entry.number === 1 && entry.wire === BYTES && entries.length < MAX_PARAMS)
        entries.push(readEntry(bytes, entry))
  }
  return found ? Object.fromEntries(entries) : undefined
}
