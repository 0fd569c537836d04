// One file that may be a log: looks whether it changed, decides whether it is a log, reads on in it.
import { lstatSync, readSync, type Stats } from 'node:fs'
import path from 'node:path'
import { type FileCursor, loadCursor, saveCursor } from './file-cursor.ts'
import { emitProblem } from './file-sink.ts'
import { type FileFormat, SNIFF_BYTES, savedFields, type Verdict } from './format.ts'
import type { Watched } from './pace.ts'
import { identifyRun, type Run, type Runs } from './runs.ts'
import type { Emit, Json } from './source.ts'
import { type Progress, QUIET_MS, readingOf, readOn, withFile } from './tail.ts'
import { describeFailure } from './walk.ts'

/** What is known of a file. */
export interface LogFile extends Watched {
  readonly path: string
  readonly root: string
  /** Formats that it may be in, in the order in which they are asked; one when it is a log. */
  formats: readonly FileFormat[]
  /** The code of the formats is loaded. */
  isLoaded: boolean
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

/** Tells once what is wrong with a path, also over a restart; that nothing is any more, when it was. */
export function tellProblem(look: Look, about: string, filePath: string, problem: string | undefined): void {
  const key = `problem:${filePath}`
  if (look.cursors.get(key) === problem) return
  emitProblem(look.emit, about, look.now, filePath, problem ?? 'can be read again', problem ? 1 : 0)
  if (problem) look.cursors.set(key, problem)
  else look.cursors.delete(key)
  look.emit.cursor(key, problem ?? null)
}

/** Cursor key of a file. */
export const fileKey = (filePath: string) => `file:${filePath}`

/** A file that was just found; what an earlier life of the agent saved of it says where to go on. */
export function openLogFile(
  filePath: string,
  root: string,
  candidates: readonly FileFormat[],
  look: Omit<Look, 'emit'>,
): LogFile {
  const saved = look.cursors.get(fileKey(filePath))
  const cursor = loadCursor(saved)
  const { format } = savedFields(saved)
  const known = candidates.find(({ name }) => name === format) ?? candidates[0]
  return {
    path: filePath,
    root,
    formats: cursor && known ? [known] : candidates,
    isLoaded: false,
    size: -1,
    mtime: -1,
    ino: -1,
    verdict: cursor ? 'log' : 'undecided',
    run: cursor && known && identifyRun(look.agent, root, filePath, known),
    cursor,
    more: false,
    tailDue: Number.POSITIVE_INFINITY,
    shrunkAt: undefined,
    problem: undefined,
    checked: Number.NEGATIVE_INFINITY,
    changed: 0,
  }
}

/** Loads the code of the formats that a file may be in. */
export async function loadFormats(file: LogFile): Promise<void> {
  for (const format of file.formats) await format.load?.()
  file.isLoaded = true
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

/** The first bytes of a file, SNIFF_BYTES at most. Throws what the system says. */
export function readHead(filePath: string): Buffer {
  const head = Buffer.alloc(SNIFF_BYTES)
  return withFile(filePath, (fd) => head.subarray(0, readSync(fd, head, 0, SNIFF_BYTES, 0)))
}

/** The format that a file is in: the first that says so, behind others that say it is none of theirs. */
export function decide(
  formats: readonly FileFormat[],
  head: Buffer,
  fileName: string,
): { verdict: Verdict; format?: FileFormat } {
  for (const format of formats) {
    const verdict = format.sniff(head, fileName)
    if (verdict !== 'other') return { verdict, format }
  }
  return { verdict: 'other' }
}

function sniff(file: LogFile): void {
  if (file.verdict !== 'undecided') return
  const { verdict, format } = decide(file.formats, readHead(file.path), path.basename(file.path))
  file.verdict = verdict
  if (verdict === 'log' && format) file.formats = [format]
}

function keep(file: LogFile, progress: Progress, { emit, cursors }: Look): void {
  file.cursor = progress.cursor
  file.more = progress.more
  file.tailDue = progress.held ? file.mtime + QUIET_MS : Number.POSITIVE_INFINITY
  file.shrunkAt = undefined
  file.problem = undefined
  const key = fileKey(file.path)
  const saved = { ...savedFields(saveCursor(progress.cursor)), format: file.formats[0]?.name ?? '' }
  if (JSON.stringify(saved) === JSON.stringify(cursors.get(key))) return
  cursors.set(key, saved)
  emit.cursor(key, saved)
}

function readLog(file: LogFile, format: FileFormat, run: Run, look: Look): void {
  const { emit, now, runs } = look
  const tailDue = file.tailDue
  const shrunkFor = file.shrunkAt === undefined ? 0 : now - file.shrunkAt
  const turn = { emit, now, run, runs, path: file.path }
  const progress = readOn(readingOf(turn, format), file.cursor, shrunkFor)
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
    sniff(file)
    const format = file.formats[0]
    if (file.verdict !== 'log' || !format) return 'read'
    file.run ??= identifyRun(agent, file.root, file.path, format)
    if (changed) runs.grow(file.run, file.changed)
    readLog(file, format, file.run, look)
  } catch (error) {
    fail(file, error, look)
  }
  return 'read'
}
