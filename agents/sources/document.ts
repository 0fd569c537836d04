// What a document is: a file that its writer writes anew as a whole (trainer_state.json), unlike a log,
// which it appends to. A format reads the text; documents.ts knows what was told of it before.
import type { Step } from '../../src/protocol/numbers.ts'
import type { RunFormat } from './format.ts'

/** One row of a history: the metrics of one step. */
export interface Row {
  readonly step: Step
  readonly values: readonly (readonly [key: string, value: number])[]
  /** Why the row could not be read; it has no values then. */
  readonly fault?: string
}

/** Rows in their order: an array, or made one by one where there may be very many. */
export interface Rows {
  readonly length: number
  at(index: number): Row | undefined
}

/** What a document says. */
export interface Document {
  readonly rows: Rows
  readonly params?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
}

/** One document format. */
export interface DocumentFormat extends RunFormat {
  /** `grows`: the rows are all since the start; `latest`: the one row says how it stands now. */
  readonly history: 'grows' | 'latest'
  /** Why a file of this name is no such document when `sniff` or `parse` say so, for `mlops doctor`. */
  readonly refusal: string
  /** Files of one path are states of one history (checkpoints); without it each file is its own. */
  historyPath?(filePath: string): string
  /** Which state of a history reaches furthest. */
  rank?(filePath: string): number
  /** Its file is read when nobody has written to it for so long, ms: half of it cannot be told from the whole. */
  readonly settleMs?: number
  /** False when the first 16 KiB cannot be those of such a document. */
  sniff(head: string, filePath: string): boolean
  /** Reads the whole text; undefined when it is no such document. Throws an Error where the text is broken. */
  parse(text: string, filePath: string): Document | undefined
}

/** How a document format joins the list in folder.ts: by name, and loaded when such a file lies there. */
export interface DocumentEntry {
  match(fileName: string, directory: string): boolean
  load(): Promise<DocumentFormat>
}
