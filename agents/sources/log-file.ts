// One file that may be a log: looks whether it changed, decides whether it is a log, reads on in it.
import { lstatSync, readSync, type Stats } from 'node:fs'
import path from 'node:path'
import { type FileCursor, loadCursor, saveCursor } from './file-cursor.ts'
import { emitProblem } from './file-sink.ts'
import { type FileFormat, SNIFF_BYTES, type Verdict } from './format.ts'
import type { Watched } from './pace.ts'
import { identifyRun, type Run, type Runs } from './runs.ts'
import type { Emit, Json } from './source.ts'
import { type Progress, QUIET_MS, readOn, withFile } from './tail.ts'
import { describeFailure } from './walk.ts'

/** What is known of a file. */
export interface LogFile extends Watched {
  readonly path: string
  readonly root: string
  readonly format: FileFormat
  /** As last seen; -1 before the first look. */
  size: number
  mtime: number
  ino: number
  verdict: Verdict
  run: Run | undefined
  cursor: FileCursor | undefined
  /** More can be read at once. */
  more: boolean
  /** When a last line without newline may be read, Unix ms. */
  tailDue: number
  /** Since when the file has been shorter than its cursor, Unix ms. */
  shrunkAt: number | undefined
  /** Why it could not be read the last time, told once. */
  problem: string | undefined
}

/** What a look at a file needs. */
export interface Look {
  readonly emit: Emit
  readonly now: number
  readonly agent: string
  readonly runs: Runs
  readonly cursors: Map<string, Json>
}

/** Cursor key of a file. */
export const fileKey = (filePath: string) => `file:${filePath}`

/** A file that was just found; what an earlier life of the agent saved of it says where to go on. */
export function openLogFile(
  filePath: string,
  root: string,
  format: FileFormat,
  look: Omit<Look, 'emit'>,
): LogFile {
  const cursor = loadCursor(look.cursors.get(fileKey(filePath)))
  return {
    path: filePath,
    root,
    format,
    size: -1,
    mtime: -1,
    ino: -1,
    verdict: cursor ? 'log' : 'undecided',
    run: cursor && identifyRun(look.agent, root, filePath, format),
    cursor,
    more: false,
    tailDue: Number.POSITIVE_INFINITY,
    shrunkAt: undefined,
    problem: undefined,
    checked: Number.NEGATIVE_INFINITY,
    changed: 0,
  }
}

/** True when the file waits for the next look, whatever its pace. */
export const isWaiting = (file: LogFile, now: number) =>
  file.more || file.shrunkAt !== undefined || file.tailDue <= now

function noteChange(file: LogFile, stat: Stats, now: number): boolean {
  if (stat.size === file.size && stat.mtimeMs === file.mtime && stat.ino === file.ino) return false
  const first = file.size < 0
  if (file.verdict === 'other' && (stat.size < file.size || stat.ino !== file.ino)) file.verdict = 'undecided'
  file.changed = first ? Math.min(now, stat.mtimeMs) : now
  file.size = stat.size
  file.mtime = stat.mtimeMs
  file.ino = stat.ino
  return true
}

function sniff(file: LogFile): Verdict {
  if (file.verdict !== 'undecided') return file.verdict
  return withFile(file.path, (fd) => {
    const head = Buffer.alloc(SNIFF_BYTES)
    const length = readSync(fd, head, 0, SNIFF_BYTES, 0)
    return file.format.sniff(head.subarray(0, length), path.basename(file.path))
  })
}

function keep(file: LogFile, progress: Progress, { emit, cursors }: Look): void {
  file.cursor = progress.cursor
  file.more = progress.more
  file.tailDue = progress.held ? file.mtime + QUIET_MS : Number.POSITIVE_INFINITY
  file.shrunkAt = undefined
  file.problem = undefined
  const key = fileKey(file.path)
  const saved = saveCursor(progress.cursor)
  if (JSON.stringify(saved) === JSON.stringify(cursors.get(key))) return
  cursors.set(key, saved)
  emit.cursor(key, saved)
}

function readLog(file: LogFile, run: Run, look: Look): void {
  const { emit, now, runs } = look
  const tailDue = file.tailDue
  const shrunkFor = file.shrunkAt === undefined ? 0 : now - file.shrunkAt
  const progress = readOn({ emit, now, run, runs, path: file.path }, file.format, file.cursor, shrunkFor)
  if (progress === 'shrunk') {
    file.shrunkAt ??= now
    file.more = false
    return
  }
  keep(file, progress, look)
  // The quiet tail was offered: it waits for its newline now, not for the clock.
  if (tailDue <= now || now - file.mtime >= QUIET_MS) file.tailDue = Number.POSITIVE_INFINITY
}

function fail(file: LogFile, error: unknown, { emit, now, agent }: Look): void {
  const problem = describeFailure(error)
  if (file.problem !== problem) emitProblem(emit, file.run?.id ?? agent, now, file.path, problem)
  file.problem = problem
  file.more = false
  // Looked at again at its pace, as if it had not been seen.
  file.size = -1
}

/** Looks at a file and reads on in it; `gone` when there is none any more. */
export function lookAt(file: LogFile, look: Look): 'gone' | 'same' | 'read' {
  const { now, agent, runs } = look
  const waiting = isWaiting(file, now)
  file.checked = now
  try {
    const stat = lstatSync(file.path, { throwIfNoEntry: false })
    if (!stat?.isFile()) return 'gone'
    const changed = noteChange(file, stat, now)
    if (!changed && !waiting) return 'same'
    file.verdict = sniff(file)
    if (file.verdict !== 'log') return 'read'
    file.run ??= identifyRun(agent, file.root, file.path, file.format)
    if (changed) runs.grow(file.run, file.changed)
    readLog(file, file.run, look)
  } catch (error) {
    fail(file, error, look)
  }
  return 'read'
}
