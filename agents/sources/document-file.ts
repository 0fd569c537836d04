// Reads one file that may be a document: finds its format by content, waits while it is half-written.
import { isUtf8 } from 'node:buffer'
import { fstatSync, readFileSync, readSync, type Stats } from 'node:fs'
import type { Document, DocumentFormat } from './document.ts'
import { SNIFF_BYTES } from './format.ts'
import { QUIET_MS, withFile } from './tail.ts'

/** Longest document that is read, bytes. */
export const MAX_DOCUMENT = 64 * 1024 * 1024

/** What came out of a file. `wait`: look again when it has been quiet for so long, ms. */
export type ReadDocument =
  | { readonly kind: 'document'; readonly format: DocumentFormat; readonly document: Document; stat: Stats }
  | { readonly kind: 'wait'; readonly quietMs: number }
  | { readonly kind: 'problem'; readonly format: DocumentFormat; readonly problem: string }
  | { readonly kind: 'other'; readonly why: string }

const OTHER_NOW = 'changed while it was read'

/** The first bytes as text; cut characters at its end do not matter. */
function sniffHead(fd: number): string {
  const head = Buffer.alloc(SNIFF_BYTES)
  return head.toString('latin1', 0, readSync(fd, head, 0, SNIFF_BYTES, 0)).replace(/^\u00ef\u00bb\u00bf/, '')
}

function parse(format: DocumentFormat, bytes: Buffer, filePath: string): Document | string | undefined {
  if (!isUtf8(bytes)) return 'is not UTF-8 text'
  try {
    return format.parse(bytes.toString('utf8').replace(/^\ufeff/, ''), filePath)
  } catch (error) {
    return `is not whole, or broken: ${(error as Error).message.split('\n')[0]?.slice(0, 200)}`
  }
}

/** Reads an open file with one format. */
function readAs(format: DocumentFormat, filePath: string, fd: number, stat: Stats, quietFor: number) {
  if (stat.size > MAX_DOCUMENT)
    return {
      kind: 'problem',
      format,
      problem: `is longer than ${MAX_DOCUMENT / 2 ** 20} MiB, not read`,
    } as const
  if (quietFor < (format.settleMs ?? 0)) return { kind: 'wait', quietMs: format.settleMs ?? 0 } as const
  const bytes = readFileSync(fd)
  const after = fstatSync(fd)
  const torn = after.size !== stat.size || after.mtimeMs !== stat.mtimeMs || bytes.length !== stat.size
  const document = torn ? OTHER_NOW : parse(format, bytes, filePath)
  if (typeof document === 'object') return { kind: 'document', format, document, stat } as const
  if (document === undefined) return undefined
  if (torn || quietFor < QUIET_MS) return { kind: 'wait', quietMs: QUIET_MS } as const
  return { kind: 'problem', format, problem: document } as const
}

/**
 * Reads a file with the first of the formats that takes it. `quietFor`: how long nobody has written to it,
 * ms; what cannot be parsed is a problem only after some seconds. Throws what the system says.
 */
export function readDocument(
  filePath: string,
  formats: readonly DocumentFormat[],
  quietFor: number,
): ReadDocument {
  return withFile(filePath, (fd, stat) => {
    if (stat.size === 0) return { kind: 'other', why: 'is empty' }
    const head = sniffHead(fd)
    for (const format of formats) {
      const found = format.sniff(head, filePath) && readAs(format, filePath, fd, stat, quietFor)
      if (found) return found
    }
    return { kind: 'other', why: formats[0]?.refusal ?? '' }
  })
}
