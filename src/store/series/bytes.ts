// Bytes of a chunk: a growing sink, a checked source, and the number forms both share.

/** A chunk body that is damaged, truncated or of an unknown version. */
export class CorruptChunk extends Error {
  override name = 'CorruptChunk'
}

/** Bytes being written; `at` is the length so far. */
export interface Sink {
  bytes: Uint8Array
  at: number
}

/** Bytes being read; `at` is the next byte. */
export interface Source {
  readonly bytes: Uint8Array
  at: number
}

/** An empty sink. */
export function createSink(): Sink {
  return { bytes: new Uint8Array(1024), at: 0 }
}

/** Makes room for `count` more bytes. */
export function reserve(sink: Sink, count: number): void {
  const needed = sink.at + count
  if (needed <= sink.bytes.length) return
  const grown = new Uint8Array(Math.max(needed, sink.bytes.length * 2))
  grown.set(sink.bytes.subarray(0, sink.at))
  sink.bytes = grown
}

/** What was written. */
export function written(sink: Sink): Uint8Array {
  return sink.bytes.subarray(0, sink.at)
}

/** Takes `count` bytes; returns where they start. Throws CorruptChunk when fewer are left. */
export function take(source: Source, count: number): number {
  const start = source.at
  if (start + count > source.bytes.length) throw new CorruptChunk('chunk ends too early')
  source.at = start + count
  return start
}

/** Writes one byte. */
export function putByte(sink: Sink, byte: number): void {
  reserve(sink, 1)
  sink.bytes[sink.at++] = byte
}

/** Reads one byte. */
export function getByte(source: Source): number {
  return source.bytes[take(source, 1)]!
}

// First byte: bit 0 the sign, 6 bits of magnitude, bit 7 "more follows"; then 7 bits a byte.
// Zigzag would need 54 bits for the outermost safe integers, one more than a double holds.

/** Writes a safe integer in 1 to 8 bytes. */
export function putSigned(sink: Sink, value: number): void {
  reserve(sink, 8)
  let rest = Math.abs(value)
  let byte = (rest % 64) * 2 + (value < 0 ? 1 : 0)
  rest = Math.floor(rest / 64)
  while (rest > 0) {
    sink.bytes[sink.at++] = byte | 0x80
    byte = rest % 128
    rest = Math.floor(rest / 128)
  }
  sink.bytes[sink.at++] = byte
}

/** Reads a safe integer; throws CorruptChunk for anything else. */
export function getSigned(source: Source): number {
  const first = getByte(source)
  let magnitude = (first >> 1) & 63
  let scale = 64
  for (let more = first >= 0x80; more; scale *= 128) {
    const byte = getByte(source)
    magnitude += (byte & 127) * scale
    if (magnitude > Number.MAX_SAFE_INTEGER) throw new CorruptChunk('integer too large')
    more = byte >= 0x80
  }
  return first & 1 ? 0 - magnitude : magnitude
}
