// Writes TensorBoard event files for tests: the least encoder that can make good and bad ones.
import { maskedCrc32c } from '../../../agents/sources/tfrecord.ts'

export function varint(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value))
  const out: number[] = []
  do {
    out.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(out)
}

const number = (bytes: number, write: (buffer: Buffer) => void) => {
  const buffer = Buffer.alloc(bytes)
  write(buffer)
  return buffer
}
export const float = (value: number) => number(4, (buffer) => buffer.writeFloatLE(value))
export const double = (value: number) => number(8, (buffer) => buffer.writeDoubleLE(value))
const uint32 = (value: number) => number(4, (buffer) => buffer.writeUInt32LE(value))

const tag = (field: number, wire: number) => varint(field * 8 + wire)
export const intField = (field: number, value: bigint | number) =>
  Buffer.concat([tag(field, 0), varint(value)])
export const doubleField = (field: number, value: number) => Buffer.concat([tag(field, 1), double(value)])
export const floatField = (field: number, value: number) => Buffer.concat([tag(field, 5), float(value)])
export function bytesField(field: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
  return Buffer.concat([tag(field, 2), varint(content.length), content])
}

/** One TFRecord. */
export function record(payload: Buffer): Buffer {
  const length = number(8, (buffer) => buffer.writeBigUInt64LE(BigInt(payload.length)))
  return Buffer.concat([length, uint32(maskedCrc32c(length)), payload, uint32(maskedCrc32c(payload))])
}

/** The header of a record that announces `length` bytes, with a good CRC. */
export function header(length: bigint): Buffer {
  const bytes = number(8, (buffer) => buffer.writeBigUInt64LE(length))
  return Buffer.concat([bytes, uint32(maskedCrc32c(bytes))])
}

/** An Event with summary values; `seconds` is its wall time. */
export const event = (step: bigint | number, seconds: number, ...values: Buffer[]) =>
  record(
    Buffer.concat([
      doubleField(1, seconds),
      intField(2, step),
      bytesField(5, ...values.map((value) => bytesField(1, value))),
    ]),
  )

export const simple = (key: string, value: number) =>
  Buffer.concat([bytesField(1, key), floatField(2, value)])
export const plugin = (name: string, content: Buffer = Buffer.alloc(0)) =>
  bytesField(9, bytesField(1, bytesField(1, name), bytesField(2, content)))
export const tensor = (key: string, dtype: number, ...parts: Buffer[]) =>
  Buffer.concat([bytesField(1, key), bytesField(8, intField(1, dtype), ...parts), plugin('scalars')])

/** The record that begins an event file. */
export const fileVersion = (seconds: number) =>
  record(Buffer.concat([doubleField(1, seconds), bytesField(3, 'brain.Event:2')]))

/** The record of a session's hyperparameters; each value is an encoded google.protobuf.Value. */
export const session = (hparams: Record<string, Buffer>) =>
  event(
    0,
    1,
    Buffer.concat([
      bytesField(1, '_hparams_/session_start_info'),
      plugin(
        'hparams',
        bytesField(
          3,
          ...Object.entries(hparams).map(([key, value]) =>
            bytesField(1, bytesField(1, key), bytesField(2, value)),
          ),
        ),
      ),
    ]),
  )
