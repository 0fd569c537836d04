// Files of text output: finds out whose they are, and reads on in them, each line once, over restarts too.
import { lstatSync, type Stats } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { loadCursor, saveCursor } from './file-cursor.ts'
import { emitProblem, type FileSink } from './file-sink.ts'
import { savedFields } from './format.ts'
import { type LogFile, type Look, readHead } from './log-file.ts'
import { type Budget, createBudget } from './output-budget.ts'
import type { OutputFile, OutputFiles } from './output-file.ts'
import { ownersBeside, streamOf } from './output-owners.ts'
import { leaveOut, openOutput } from './output-reader.ts'
import { isDue, rescanInterval } from './pace.ts'
import type { Run } from './runs.ts'
import type { Json } from './source.ts'
import { QUIET_MS, type Reading, readOn } from './tail.ts'
import { describeFailure } from './walk.ts'

/** Most files that are looked at, and that are read, in one poll. */
const MAX_LOOKS = 2000
const MAX_READS = 200
/** The end of a file that is read in any case, bytes. */
const LEAST_BYTES = 64 << 10

const keyOf = ({ path }: OutputFile): string => `output:${path}`

/** The runs of a file, and the log that it is itself; undefined while nobody knows. */
function ownersOf(file: OutputFile, log: LogFile | undefined, { runs }: Look): readonly Run[] | undefined {
  if (log?.verdict === 'log') {
    if (log.formats[0]?.name !== 'text') return undefined
    return log.run && runs.isFound(log.run) ? [log.run] : undefined
  }
  const beside = ownersBeside(file.path, runs)
  return beside.length > 0 ? beside : undefined
}

/** Goes on where an earlier life of the agent stopped, or begins anew for other runs. */
function settleOwners(file: OutputFile, owners: readonly Run[], { cursors, now }: Look): void {
  if (!file.budget) {
    const saved = cursors.get(keyOf(file))
    file.cursor = loadCursor(saved)
    const { owners: ids } = savedFields(saved)
    file.owners = Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
    file.budget = createBudget(now)
  }
  // A run that came later does not get what was printed before it; a log of its own is its own from the start.
  const isSame = owners.some(({ id }) => file.owners.includes(id))
  if (isSame) return
  file.owners = owners.map(({ id }) => id)
  file.cursor = undefined
}

function sinkOf({ emit }: Look): FileSink {
  let isFull = false
  const nothing = () => {}
  return {
    point: nothing,
    params: nothing,
    tags: nothing,
    began: nothing,
    ended: nothing,
    problem: nothing,
    end: nothing,
    full() {
      isFull ||= emit.full()
      return isFull
    },
  }
}

function readingOf(file: OutputFile, owners: readonly Run[], budget: Budget, look: Look): Reading {
  const { emit, now } = look
  const mine = owners.filter(({ id }) => file.owners.includes(id))
  const put = (text: string, at: number) => {
    for (const run of mine) emit.line(run.id, streamOf(file.path, run), at, text)
  }
  let size = 0
  return {
    path: file.path,
    now,
    sink(stat: Stats) {
      size = stat.size
      return sinkOf(look)
    },
    // More than is kept: the oldest is passed over.
    open(saved) {
      const until = size - Math.max(LEAST_BYTES, budget.bytes)
      return openOutput(until > 0 ? leaveOut(saved, until) : saved, { budget, put, size })
    },
    restarted: (reason) => put(`… ${reason}: from its start again`, now),
  }
}

function read(file: OutputFile, owners: readonly Run[], look: Look): void {
  const { emit, now, cursors } = look
  settleOwners(file, owners, look)
  const budget = file.budget!
  budget.refill(now)
  const shrunkFor = file.shrunkAt === undefined ? 0 : now - file.shrunkAt
  const isTailDue = file.tailDue <= now || now - file.mtime >= QUIET_MS
  const progress = readOn(readingOf(file, owners, budget, look), file.cursor, shrunkFor)
  if (progress === 'shrunk') {
    file.shrunkAt ??= now
    file.more = false
    return
  }
  file.shrunkAt = undefined
  file.problem = undefined
  file.cursor = progress.cursor
  file.more = progress.more
  if (!progress.more) budget.caughtUp()
  file.tailDue = progress.held && !isTailDue ? file.mtime + QUIET_MS : Number.POSITIVE_INFINITY
  const saved: Json = { ...savedFields(saveCursor(progress.cursor)), owners: [...file.owners] }
  if (JSON.stringify(saved) === JSON.stringify(cursors.get(keyOf(file)))) return
  cursors.set(keyOf(file), saved)
  emit.cursor(keyOf(file), saved)
}

function noteChange(file: OutputFile, stat: Stats, now: number): boolean {
  if (stat.size === file.size && stat.mtimeMs === file.mtime && stat.ino === file.ino) return false
  file.changed = file.size < 0 ? Math.min(now, stat.mtimeMs) : now
  if (file.size < 0 || stat.ino !== file.ino || stat.size < file.size)
    file.isBinary = readHead(file.path).includes(0)
  file.size = stat.size
  file.mtime = stat.mtimeMs
  file.ino = stat.ino
  return true
}

/** Nobody has it yet. */
const isOwnerless = ({ size, cursor, isBinary }: OutputFile): boolean =>
  size > 0 && cursor === undefined && !isBinary

const isWaiting = (file: OutputFile, now: number): boolean =>
  file.more || file.shrunkAt !== undefined || file.tailDue <= now

function lookAt(file: OutputFile, log: LogFile | undefined, look: Look): 'gone' | 'same' | 'read' {
  const { now, emit, agent } = look
  const waiting = isWaiting(file, now) || isOwnerless(file)
  file.checked = now
  try {
    const stat = lstatSync(file.path, { throwIfNoEntry: false })
    if (!stat?.isFile()) return 'gone'
    if (!noteChange(file, stat, now) && !waiting) return 'same'
    if (file.isBinary || file.size === 0) return 'same'
    const owners = ownersOf(file, log, look)
    file.revision = look.runs.revision()
    if (!owners) return 'same'
    read(file, owners, look)
    return 'read'
  } catch (error) {
    const problem = describeFailure(error)
    if (file.problem !== problem) emitProblem(emit, file.owners[0] ?? agent, now, file.path, problem)
    Object.assign(file, { problem, more: false, size: -1 })
    return 'read'
  }
}

/** Looks at what is due until the batch is full; true when something was left. `logs`: the same files as logs. */
export async function lookAtOutputs(
  files: OutputFiles,
  logs: ReadonlyMap<string, LogFile>,
  rescanMs: number,
  look: Look,
  isClosed: () => boolean,
): Promise<boolean> {
  const interval = rescanInterval(files.size, rescanMs)
  let looks = 0
  let reads = 0
  for (const file of [...files.values()]) {
    const isNews = isOwnerless(file) && file.revision !== look.runs.revision()
    if (!isWaiting(file, look.now) && !isNews && !isDue(file, look.now, interval)) continue
    if (isClosed() || reads >= MAX_READS || looks >= MAX_LOOKS || (reads > 0 && look.emit.full())) return true
    looks++
    const result = lookAt(file, logs.get(file.path), look)
    if (result === 'gone') files.delete(file.path)
    else if (result === 'read') {
      reads++
      if (file.more) {
        files.delete(file.path)
        files.set(file.path, file)
      }
      await setImmediate()
    }
  }
  return [...files.values()].some(({ more }) => more)
}
