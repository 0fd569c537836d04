// Puts what a reader finds into an agent's batches: under the run's id, cleaned, and problems summed up
// to one event each.
import { MAX_KEY } from '../../src/protocol/points.ts'
import { cleanText } from '../../src/protocol/text.ts'
import type { Sink } from './format.ts'
import { FILES, type Run, type Runs, runEvent } from './runs.ts'
import type { Emit } from './source.ts'

/** Most places that a problem names. */
const MAX_PLACES = 5

/** What is read in one go, for one file. */
export interface Turn {
  readonly emit: Emit
  readonly now: number
  readonly run: Run
  readonly runs: Runs
  readonly path: string
}

/** A sink that also tells of the run, and of the problems at the end. */
export interface FileSink extends Sink {
  /** Ends the turn: tells of the run, and of the problems. */
  end(): void
}

function cleanParams(params: Record<string, string>): Record<string, string> {
  const entries = Object.entries(params).map(([key, value]) => [cleanText(key, MAX_KEY), cleanText(value)])
  return Object.fromEntries(entries)
}

/** Emits the params of a run, cleaned; nothing when there are none. */
export function emitParams(emit: Emit, run: Run, now: number, params: Record<string, string>): void {
  if (Object.keys(params).length > 0)
    emit.event(runEvent('run.params', run, now, { params: cleanParams(params) }))
}

/** Emits tags of a run, cleaned; nothing when there are none. */
export function emitTags(emit: Emit, run: Run, now: number, tags: Record<string, string>): void {
  if (Object.keys(tags).length > 0) emit.event(runEvent('run.tags', run, now, { tags: cleanParams(tags) }))
}

/** An event about something at a path that could not be read. `about`: the id of a run or of this host. */
export function emitProblem(
  emit: Emit,
  about: string,
  now: number,
  path: string,
  problem: string,
  count = 1,
): void {
  const data = { source: FILES, path: cleanText(path, 4096), problem: cleanText(problem, 1024), count }
  emit.event({ type: 'source.problem', at: Math.trunc(now), about, data })
}

/**
 * The sink of one turn, for a file last written at `mtime` (Unix ms). The run has begun at the first
 * time that the log names, or at `started` when it names none.
 */
export function createFileSink(turn: Turn, mtime: number, started: number): FileSink {
  const { emit, now, run, runs, path } = turn
  const problems = new Map<string, { count: number; places: string[] }>()
  const keys = new Map<string, string>()
  let isFull = false
  // Tells of the run before the first of its points: they need it.
  const find = (time: number) => {
    if (!runs.isFound(run)) runs.find(run, time === mtime ? started : time, emit, now)
  }

  function keyOf(key: string): string {
    const known = keys.get(key)
    if (known !== undefined) return known
    const clean = cleanText(key, MAX_KEY)
    keys.set(key, clean)
    return clean
  }

  return {
    point(key, step, time, value) {
      find(time)
      emit.point(run.id, keyOf(key), step, Math.round(time), value)
    },
    params(params) {
      find(mtime)
      emitParams(emit, run, now, params)
    },
    tags(tags) {
      find(mtime)
      emitTags(emit, run, now, tags)
    },
    began: (time) => {
      if (time > 0) find(time)
    },
    ended(status, time) {
      find(mtime)
      runs.end(run, status, time, emit, now)
    },
    problem(what, where) {
      const problem = problems.get(what) ?? { count: 0, places: [] }
      problems.set(what, problem)
      problem.count++
      if (where && problem.places.length < MAX_PLACES) problem.places.push(where)
    },
    // Once full, full for the whole turn: the bytes that were left must be seen as left.
    full() {
      isFull ||= emit.full()
      return isFull
    },
    end() {
      find(mtime)
      for (const [what, { count, places }] of problems) {
        const more = count > places.length && places.length > 0 ? ', …' : ''
        const at = places.length > 0 ? ` (${places.join(', ')}${more})` : ''
        emitProblem(emit, run.id, now, path, what + at, count)
      }
    },
  }
}
