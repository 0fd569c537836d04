// TFRecord framing: little-endian uint64 length, masked CRC-32C of it, payload, masked CRC-32C of
// that. A length is believed only when its CRC is right, and nothing is ever allocated by it.

const HEADER = 12
const FOOTER = 4
/** Longest payload that is looked into, bytes; graphs and images may be longer and are passed over. */
export const MAX_RECORD = 8 * 1024 * 1024
/** Longest payload that can be real: a protobuf message ends at 2 GiB. */
export const MAX_LENGTH = 2 ** 31

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc >>> 0
})

/** CRC-32C (Castagnoli) of bytes[start, end), RFC 3720 appendix B.4. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0xffffffff
  for (let i = start; i < end; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}

/** The masked CRC that TFRecord files hold: rotated right by 15, plus a constant. */
export function maskedCrc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const crc = crc32c(bytes, start, end)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

/** What stands at a place of a TFRecord file; `next` is where the frame after it begins. */
export type Frame =
  /** A good record: its payload is bytes[start, end). */
  | { kind: 'record'; start: number; end: number; next: number }
  /** The length is good, the payload is not. */
  | { kind: 'corrupt'; next: number }
  /** A good length above MAX_RECORD: `next` may lie far behind the bytes at hand. */
  | { kind: 'long'; length: number; next: number }
  /** More bytes are needed. */
  | { kind: 'incomplete' }
  /** Twelve zero bytes: what a power loss, or a network file system that is behind, leaves. */
  | { kind: 'zeros' }
  /** The length cannot be believed: no frame behind it can be found. */
  | { kind: 'lost'; length: number }

/** Reads the frame at `at`. */
export function readFrame(bytes: Buffer, at: number): Frame {
  if (bytes.length - at < HEADER) return { kind: 'incomplete' }
  const length = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
  const lengthCrc = bytes.readUInt32LE(at + 8)
  if (length === 0 && lengthCrc === 0) return { kind: 'zeros' }
  if (maskedCrc32c(bytes, at, at + 8) !== lengthCrc || length > MAX_LENGTH) return { kind: 'lost', length }
  const start = at + HEADER
  const end = start + length
  const next = end + FOOTER
  if (length > MAX_RECORD) return { kind: 'long', length, next }
  if (next > bytes.length) return { kind: 'incomplete' }
  const good = maskedCrc32c(bytes, start, end) === bytes.readUInt32LE(end)
  return good ? { kind: 'record', start, end, next } : { kind: 'corrupt', next }
}
