// A TensorProto that holds one number, as TF2 writes its scalars. Source: tensorflow/core/framework/
// tensor.proto and types.proto.
import {
  BYTES,
  countPacked,
  FIXED32,
  FIXED64,
  type Field,
  readFields,
  readInt64,
  VARINT,
} from './protobuf.ts'

interface Kind {
  /** Bytes of one item in tensor_content. */
  readonly size: number
  /** Number of the repeated field that holds it otherwise, and that field's wire type. */
  readonly field: number
  readonly wire: number
  readonly read: (view: DataView, at: number) => number
}

const half = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 25) * (1024 + fraction)
}

const FLOAT32 = new DataView(new ArrayBuffer(4))
const bfloat = (bits: number): number => {
  FLOAT32.setUint32(0, (bits << 16) >>> 0)
  return FLOAT32.getFloat32(0)
}

const HALF = 19
const BFLOAT16 = 14
const KINDS = new Map<number, Kind>([
  [1, { size: 4, field: 5, wire: FIXED32, read: (view, at) => view.getFloat32(at, true) }],
  [2, { size: 8, field: 6, wire: FIXED64, read: (view, at) => view.getFloat64(at, true) }],
  [3, { size: 4, field: 7, wire: VARINT, read: (view, at) => view.getInt32(at, true) }],
  [4, { size: 1, field: 7, wire: VARINT, read: (view, at) => view.getUint8(at) }],
  [5, { size: 2, field: 7, wire: VARINT, read: (view, at) => view.getInt16(at, true) }],
  [6, { size: 1, field: 7, wire: VARINT, read: (view, at) => view.getInt8(at) }],
  [9, { size: 8, field: 10, wire: VARINT, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [10, { size: 1, field: 11, wire: VARINT, read: (view, at) => view.getUint8(at) }],
  [BFLOAT16, { size: 2, field: 13, wire: VARINT, read: (view, at) => bfloat(view.getUint16(at, true)) }],
  [17, { size: 2, field: 7, wire: VARINT, read: (view, at) => view.getUint16(at, true) }],
  [HALF, { size: 2, field: 13, wire: VARINT, read: (view, at) => half(view.getUint16(at, true)) }],
  [22, { size: 4, field: 16, wire: VARINT, read: (view, at) => view.getUint32(at, true) }],
  [23, { size: 8, field: 17, wire: VARINT, read: (view, at) => Number(view.getBigUint64(at, true)) }],
])

function itemsOf(bytes: Buffer, shape: Field): number {
  let items = 1
  for (const dim of readFields(bytes, shape.start, shape.end)) {
    if (dim.number !== 2 || dim.wire !== BYTES) continue
    let size = 0
    for (const field of readFields(bytes, dim.start, dim.end))
      if (field.number === 1 && field.wire === VARINT) size = Number(readInt64(bytes, field.start, field.end))
    items *= size
  }
  return items
}

function itemValue(bytes: Buffer, dtype: number, kind: Kind, item: Field): number {
  if (kind.wire === VARINT) {
    const bits = Number(readInt64(bytes, item.start, item.end))
    if (dtype === HALF) return half(bits & 0xffff)
    return dtype === BFLOAT16 ? bfloat(bits & 0xffff) : bits
  }
  return kind.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), item.start)
}

/** The number in the TensorProto bytes[start, end); undefined when it holds none, several, or text. */
export function readScalarTensor(bytes: Buffer, start: number, end: number): number | undefined {
  let dtype = 0
  let items = 1
  let content: Field | undefined
  const values: Field[] = []
  for (const field of readFields(bytes, start, end)) {
    if (field.number === 1 && field.wire === VARINT) dtype = Number(readInt64(bytes, field.start, field.end))
    else if (field.number === 2 && field.wire === BYTES) items = itemsOf(bytes, field)
    else if (field.number === 4 && field.wire === BYTES) content = field
    else if (field.number >= 5 && values.length < 2) values.push(field)
  }
  const kind = KINDS.get(dtype)
  if (!kind || items !== 1) return undefined
  if (content && content.end - content.start === kind.size)
    return kind.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), content.start)
  const own = values.filter((field) => field.number === kind.field)
  const listed = own.flatMap((field) => countPacked(bytes, field, kind.wire))
  return listed.length === 1 ? itemValue(bytes, dtype, kind, listed[0]!) : undefined
}
