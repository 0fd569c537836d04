// A file that may hold text output, before anybody has looked at it: what reads it is loaded when there is one.
import type { FileCursor } from './file-cursor.ts'
import type { Budget } from './output-budget.ts'
import type { Watched } from './pace.ts'

/** What is known of a file of text output. */
export interface OutputFile extends Watched {
  readonly path: string
  /** As last seen; -1 before the first look. */
  size: number
  mtime: number
  ino: number
  /** Its bytes are no text. */
  isBinary: boolean
  /** Ids of the runs whose output it holds, once that is known. */
  owners: readonly string[]
  /** Revision of the runs when nobody had it. */
  revision: number
  cursor: FileCursor | undefined
  budget: Budget | undefined
  more: boolean
  /** When a last line without newline may be told, Unix ms. */
  tailDue: number
  shrunkAt: number | undefined
  problem: string | undefined
}

/** Files of text output by path. */
export type OutputFiles = Map<string, OutputFile>

/** Notes a file that was found and may hold text output. */
export function addOutput(files: OutputFiles, filePath: string): void {
  if (files.has(filePath)) return
  files.set(filePath, {
    path: filePath,
    size: -1,
    mtime: -1,
    ino: -1,
    isBinary: false,
    owners: [],
    revision: -1,
    cursor: undefined,
    budget: undefined,
    more: false,
    tailDue: Number.POSITIVE_INFINITY,
    shrunkAt: undefined,
    problem: undefined,
    checked: Number.NEGATIVE_INFINITY,
    changed: 0,
  })
}
