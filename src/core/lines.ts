// Text output as it is asked for and answered: lines of one owner, numbered from 1 on in the order in which they came.

/** One line. */
export interface Line {
  /** Counts all lines of its owner, without holes. */
  readonly number: number
  /** Unix ms. */
  readonly at: number
  /** Name of the file that it stood in, `stdout` or `stderr`. */
  readonly stream: string
  readonly text: string
}

/** What a line must hold: a plain text, upper and lower case alike, or a pattern of resources/regex.ts. */
export interface LineTest {
  readonly text: string
  readonly regex: boolean
}

/** How lines are asked for: the oldest ones behind `after`, else the newest ones before `before` or the end. */
export interface LineQuery {
  /** Id of a run or host. */
  readonly owner: string
  /** Only lines of these streams. */
  readonly streams?: readonly string[]
  /** Line numbers; the line itself is not among the answers. */
  readonly before?: number
  readonly after?: number
  /** Nothing before the first line of this time, Unix ms. */
  readonly since?: number
  /** Most lines of the answer, at most MAX_PAGE_LINES. */
  readonly limit: number
  readonly holds?: LineTest
}

/** Most lines that a hub answers at once. */
export const MAX_PAGE_LINES = 5000

/** Some lines of an owner. */
export interface LinePage {
  /** Oldest first. */
  readonly lines: readonly Line[]
  /** Numbers of the first line that is kept, and of the line to come. */
  readonly first: number
  readonly next: number
  /** Number of the first line that the question is about: `first`, or the one of its time. */
  readonly start: number
  /** Number of the last line that was looked at; nothing beyond it is known. */
  readonly reached: number
  /** There may be more that way: ask again from `reached`. */
  readonly more: boolean
}

/** Which lines of an owner there are: numbers of the first one kept, and of the one to come. */
export interface LineSpan {
  readonly first: number
  readonly next: number
}

/** By owner; one that never printed anything is not in it. */
export type LineIndex = ReadonlyMap<string, LineSpan>
