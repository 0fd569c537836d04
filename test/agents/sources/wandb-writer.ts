// Writes .wandb files for tests: the least encoder that can make good and bad ones.
import { crc32 } from 'node:zlib'
import { bytesField, intField } from './event-writer.ts'

const BLOCK = 32_768
const HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0])

function chunk(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(7)
  head.writeUInt32LE(crc32(Buffer.concat([Buffer.from([type]), content])))
  head.writeUInt16LE(content.length, 4)
  head[6] = type
  return Buffer.concat([head, content])
}

/** A whole file of records. */
export function wandbFile(...records: Buffer[]): Buffer {
  const parts: Buffer[] = [HEADER]
  let at = HEADER.length
  const add = (part: Buffer) => {
    parts.push(part)
    at += part.length
  }
  for (const record of records) {
    let rest = record
    for (let first = true; first || rest.length > 0; first = false) {
      if (BLOCK - (at % BLOCK) < 7) add(Buffer.alloc(BLOCK - (at % BLOCK)))
      const room = BLOCK - (at % BLOCK) - 7
      const content = rest.subarray(0, room)
      rest = rest.subarray(content.length)
      const last = rest.length === 0
      add(chunk(first ? (last ? 1 : 2) : last ? 4 : 3, content))
      if (last) break
    }
  }
  return Buffer.concat(parts)
}

const items = (number: number, values: Record<string, string>) =>
  Object.entries(values).map(([key, json]) => bytesField(number, bytesField(1, key), bytesField(16, json)))

const stamp = (seconds: number) => Buffer.concat([intField(1, seconds), intField(2, 500_000_000)])

/** Records; values are JSON texts. */
export const header = bytesField(21)
export const run = (config: Record<string, string>, seconds = 1_700_000_000) =>
  bytesField(
    17,
    bytesField(1, 'abc123'),
    bytesField(3, 'demo'),
    bytesField(4, ...items(1, config)),
    bytesField(10, 'one'),
    bytesField(10, 'two'),
    bytesField(13, 'node7'),
    bytesField(17, stamp(seconds)),
    bytesField(21, bytesField(1, 'git@example.org:a/b.git'), bytesField(2, 'c0ffee')),
  )
export const config = (values: Record<string, string>) => bytesField(5, ...items(1, values))
export const history = (values: Record<string, string>, step?: number) =>
  bytesField(2, ...items(1, values), ...(step === undefined ? [] : [bytesField(2, intField(1, step))]))
export const nested = (path: string[], json: string) =>
  bytesField(2, bytesField(1, ...path.map((part) => bytesField(2, part)), bytesField(16, json)))
export const summary = (values: Record<string, string>) => bytesField(3, ...items(1, values))
export const stats = (values: Record<string, string>, seconds: number) =>
  bytesField(7, bytesField(2, stamp(seconds)), ...items(3, values))
export const exit = (code: number, runtime = 0) =>
  bytesField(18, ...(code ? [intField(1, code)] : []), ...(runtime ? [intField(2, runtime)] : []))
export const final = bytesField(20)
