// What a log format is: a pure reader of bytes. It knows neither files nor clocks, so reading in any
// pieces, with any number of restarts between them, gives the same points.
import type { Step } from '../../src/protocol/numbers.ts'
import type { Json } from './source.ts'

/** How a run ended. */
export type EndStatus = 'finished' | 'failed' | 'killed'

/** Where a reader puts what it found in the bytes. */
export interface Sink {
  /** One value of a metric; `time` in Unix ms. */
  point(key: string, step: Step, time: number, value: number): void
  /** Hyperparameters of the run, as text. */
  params(params: Record<string, string>): void
  /** Tags of the run, as text. */
  tags(tags: Record<string, string>): void
  /** The log says that it was begun at `time` (Unix ms); only the first call counts. */
  began(time: number): void
  /** The log says how the run ended, at `time` (Unix ms). It holds until the run's files grow much later. */
  ended(status: EndStatus, time: number): void
  /** Something could not be read; calls with the same `what` become one event with a count and the first places. */
  problem(what: string, where?: string): void
  /** True when the reader should return at the next record boundary. */
  full(): boolean
}

/** What a reader may know of the bytes it is fed. */
export interface ReadContext {
  readonly sink: Sink
  /** Place of the first byte in the file. */
  readonly offset: number
  /** When the file was last written, Unix ms: the time of rows that carry none. */
  readonly mtime: number
  /** The bytes reach the end of a file that nobody has written to for some seconds. */
  readonly quiet: boolean
}

/** Reads one file from where an earlier reader of it stopped. */
export interface FileReader {
  /**
   * Reads whole records and returns the number of bytes that are done with; the rest is fed again
   * with more behind it. At least one record is read before `full` is asked. Must consume something
   * of 16 MiB. Never throws for what the bytes hold.
   */
  read(bytes: Buffer, context: ReadContext): number
  /** True when the file cannot be read any further, whatever is appended. */
  readonly stopped: boolean
  /** The file goes on in a new one (rotation): its head comes again, its rows go on counting. */
  rotated(): void
  /** All that the next reader of this file needs; small, because it is saved after every piece. */
  save(): Json
}

/** Is this file a log of a run? `undecided`: too little of it is written yet. */
export type Verdict = 'log' | 'other' | 'undecided'

/** Longest head of a file that `sniff` is given, bytes. */
export const SNIFF_BYTES = 16_384

/** One log format. */
export interface FileFormat {
  readonly name: string
  /** `directory`: all its files in one directory are one run. */
  readonly run: 'directory' | 'file'
  /** Absolute path that stands for the run, where it is neither the file nor the directory it lies in. */
  runPath?(filePath: string): string
  /** Why a file of this name is none of its logs when `sniff` says `other`, for `mlops doctor`. */
  readonly refusal?: string
  /** Called before `sniff` and `open` where the code of the format is loaded on demand. */
  load?(): Promise<void>
  /** True for file names that may be of this format; `directory` is the absolute one that the file lies in. */
  match(fileName: string, directory?: string): boolean
  /** Decides on the first bytes; a file with fewer than SNIFF_BYTES may still grow. */
  sniff(head: Buffer, fileName: string): Verdict
  /** `saved` is what an earlier reader of the same file saved, undefined at its first byte. */
  open(saved: Json | undefined, filePath?: string): FileReader
}

/** What tells the run of a file: of any format, appended to or written anew. */
export type RunFormat = Pick<FileFormat, 'name' | 'run' | 'runPath'>

/** The fields of a saved state; none when it is not an object. */
export function savedFields(saved: Json | undefined): Readonly<Record<string, Json | undefined>> {
  return typeof saved === 'object' && saved !== null && !Array.isArray(saved)
    ? (saved as Record<string, Json>)
    : {}
}
