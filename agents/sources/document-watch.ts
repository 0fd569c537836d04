// What is known of a file that may be a document.
import type { Stats } from 'node:fs'
import type { Document, DocumentEntry, DocumentFormat } from './document.ts'
import type { Watched } from './pace.ts'

/** What was read and is told, in as many batches as it needs. */
export interface Told {
  readonly stat: Stats
  readonly format: DocumentFormat
  readonly document: Document
  /** Rows that are out, and their CRC-32; undefined before the first. */
  out?: { readonly count: number; readonly crc: number }
}

/** A file that may be a document. */
export interface DocumentFile extends Watched {
  readonly path: string
  readonly root: string
  readonly entries: readonly DocumentEntry[]
  /** Empty before the first look. */
  formats: readonly DocumentFormat[]
  /** As last seen; -1 before the first look. */
  size: number
  mtime: number
  ino: number
  /** What was seen is not read yet. */
  unread: boolean
  /** When it is read again, changed or not, Unix ms. */
  due: number
  rest: Told | undefined
}

/** The files by path. */
export type DocumentFiles = Map<string, DocumentFile>

/** A file that was just found. */
export const openDocumentFile = (
  filePath: string,
  root: string,
  entries: readonly DocumentEntry[],
): DocumentFile => ({
  path: filePath,
  root,
  entries,
  formats: [],
  size: -1,
  mtime: -1,
  ino: -1,
  unread: false,
  due: Number.POSITIVE_INFINITY,
  rest: undefined,
  checked: Number.NEGATIVE_INFINITY,
  changed: 0,
})
