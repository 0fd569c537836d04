// The documents in the watched folders: looks which changed, reads those whole, tells the rows that are new.
// Loaded when the first file that may be a document is found.
import { lstatSync } from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { Document, DocumentFormat, Rows } from './document.ts'
import { type ReadDocument, readDocument } from './document-file.ts'
import type { DocumentFile, DocumentFiles, Told } from './document-watch.ts'
import { createFileSink, emitParams, emitTags, type FileSink, type Turn } from './file-sink.ts'
import { crcOfRows, type HistoryCursor, type Judgement, judge, judgeLatest, loadHistory } from './history.ts'
import { type Look, tellProblem } from './log-file.ts'
import { isDue, rescanInterval } from './pace.ts'
import { identifyRun, runEvent } from './runs.ts'
import type { Json } from './source.ts'
import { startOf } from './tail.ts'
import { describeFailure } from './walk.ts'

/** Most files that are looked at, and that are read, in one poll. */
const MAX_LOOKS = 2000
const MAX_READS = 50
/** A file may change twice within the clock of its file system, ms. */
const CLOCK_MS = 2000

const historyOf = ({ path: filePath }: DocumentFile, format: DocumentFormat | undefined) =>
  format?.historyPath?.(filePath) ?? filePath

function noteProblem(file: DocumentFile, problem: string | undefined, look: Look): void {
  const { agent, runs } = look
  const format = file.formats[0]
  const run = format && identifyRun(agent, file.root, file.path, format)
  tellProblem(look, run && runs.isFound(run) ? run.id : agent, file.path, problem)
}

/** Tells params and tags that changed; returns what is remembered of them. */
function tellFacts({ params = {}, tags = {} }: Document, turn: Turn, told: number | undefined): number {
  const facts = crc32(JSON.stringify([params, tags]))
  if (facts === told) return facts
  emitParams(turn.emit, turn.run, turn.now, params)
  emitTags(turn.emit, turn.run, turn.now, tags)
  return facts
}

/** Tells rows from `from` on until the batch is full; returns how many are told in all. */
function tellRows(rows: Rows, from: number, mtime: number, sink: FileSink): number {
  for (let at = from; at < rows.length; at++) {
    if (at > from && sink.full()) return at
    const { step, values, fault } = rows.at(at)!
    if (fault) sink.problem(fault, `row ${at + 1}`)
    for (const [key, value] of values) sink.point(key, step, mtime, value)
  }
  return rows.length
}

/** The rows of another file of the same history. */
function readRows(file: DocumentFile, name: string): Rows | undefined {
  try {
    const found = readDocument(name, file.formats, Number.POSITIVE_INFINITY)
    return found.kind === 'document' ? found.document.rows : undefined
  } catch {
    return undefined
  }
}

function saveHistory(key: string, cursor: HistoryCursor, { cursors, emit }: Look): void {
  const saved: Json = { ...cursor }
  if (JSON.stringify(saved) === JSON.stringify(cursors.get(key))) return
  cursors.set(key, saved)
  emit.cursor(key, saved)
}

function judgeTold(file: DocumentFile, told: Told, cursor: HistoryCursor | undefined): Judgement {
  const { stat, format, document, out } = told
  const { rows } = document
  // The rest of what was just begun: to count its CRC anew for each batch would take longer with each.
  if (out && out.count === cursor?.count && out.crc === cursor.crc) return { from: out.count, crc: out.crc }
  if (format.history === 'latest') return judgeLatest(cursor, rows)
  const folder = historyOf(file, format)
  const reading = { file: path.relative(folder, file.path), mtime: stat.mtimeMs, rows }
  return judge(cursor, reading, () => readRows(file, path.resolve(folder, cursor?.file ?? '')))
}

/** Tells what of a document is new, as much as the batch takes. */
function tell(file: DocumentFile, told: Told, look: Look): void {
  const { stat, format, document } = told
  const { rows } = document
  const history = historyOf(file, format)
  const key = `history:${history}`
  const cursor = loadHistory(look.cursors.get(key))
  const judgement = judgeTold(file, told, cursor)
  file.rest = undefined
  if (judgement === 'stale') return
  const { from, crc: before, restarted } = judgement
  const run = identifyRun(look.agent, file.root, file.path, format)
  const turn: Turn = { emit: look.emit, now: look.now, run, runs: look.runs, path: file.path }
  look.runs.grow(run, file.changed)
  const sink = createFileSink(turn, stat.mtimeMs, startOf(stat))
  sink.began(stat.mtimeMs)
  if (restarted) look.emit.event(runEvent('run.restarted', run, look.now, { reason: restarted }))
  const facts = tellFacts(document, turn, cursor?.facts)
  const count = tellRows(rows, from, stat.mtimeMs, sink)
  sink.end()
  const crc = crcOfRows(rows, from, count, before)
  if (count < rows.length) file.rest = { ...told, out: { count, crc } }
  saveHistory(key, { file: path.relative(history, file.path), mtime: stat.mtimeMs, count, crc, facts }, look)
}

function take(file: DocumentFile, found: ReadDocument, look: Look): void {
  file.due = found.kind === 'wait' ? file.changed + found.quietMs : Number.POSITIVE_INFINITY
  if (found.kind === 'wait') return
  noteProblem(file, found.kind === 'problem' ? found.problem : undefined, look)
  if (found.kind !== 'document') return
  // Written again within the clock of its file system it might look unchanged: it is read once more.
  if (Math.abs(Date.now() - found.stat.mtimeMs) < CLOCK_MS) file.due = look.now + CLOCK_MS
  tell(file, found, look)
}

function readOne(file: DocumentFile, look: Look): void {
  try {
    if (file.rest) return tell(file, file.rest, look)
    file.unread = false
    // The clock may have been set back.
    file.changed = Math.min(file.changed, look.now)
    take(file, readDocument(file.path, file.formats, look.now - file.changed), look)
  } catch (error) {
    noteProblem(file, describeFailure(error), look)
  }
}

/** Notes how a file stands; false when it is gone. */
function seeFile(file: DocumentFile, now: number): boolean {
  const stat = lstatSync(file.path, { throwIfNoEntry: false })
  if (!stat?.isFile()) return false
  file.checked = now
  if (stat.size === file.size && stat.mtimeMs === file.mtime && stat.ino === file.ino) return true
  file.changed = file.size < 0 ? Math.min(now, stat.mtimeMs) : now
  file.size = stat.size
  file.mtime = stat.mtimeMs
  file.ino = stat.ino
  file.unread = true
  return true
}

/** The files to read: states of one history beside each other, the one that reaches furthest first. */
async function listUnread(files: DocumentFiles, rescanMs: number, look: Look): Promise<DocumentFile[]> {
  const { now } = look
  const interval = rescanInterval(files.size, rescanMs)
  let looks = 0
  for (const file of files.values()) {
    if (!isDue(file, now, interval)) continue
    if (++looks > MAX_LOOKS) break
    if (seeFile(file, now)) continue
    noteProblem(file, undefined, look)
    files.delete(file.path)
  }
  const unread = [...files.values()].filter((file) => file.unread || file.rest || file.due <= now)
  for (const file of unread)
    if (file.formats.length === 0) file.formats = await Promise.all(file.entries.map(({ load }) => load()))
  const places = unread.map((file) => {
    const format = file.formats[0]
    return { file, history: historyOf(file, format), rank: format?.rank?.(file.path) ?? 0 }
  })
  places.sort((a, b) => (a.history < b.history ? -1 : a.history > b.history ? 1 : b.rank - a.rank))
  return places.map(({ file }) => file)
}

/** Looks at the documents and tells what is new in them until the batch is full; true when something was left. */
export async function lookAtDocuments(
  files: DocumentFiles,
  rescanMs: number,
  look: Look,
  isClosed: () => boolean,
): Promise<boolean> {
  let reads = 0
  const unread = await listUnread(files, rescanMs, look)
  for (const file of unread) {
    if (isClosed() || reads >= MAX_READS || (reads > 0 && look.emit.full())) return true
    reads++
    readOne(file, look)
    await setImmediate()
  }
  return unread.some(({ rest }) => rest !== undefined)
}
