// The runs that log files stand for: their ids and names, and whether they grow.
import { createHash } from 'node:crypto'
import path from 'node:path'
import type { AgentEvent } from '../../src/protocol/events.ts'
import { cleanText } from '../../src/protocol/text.ts'
import { isPlainName } from './cells.ts'
import { type EndStatus, type RunFormat, savedFields } from './format.ts'
import { createRunPlaces } from './run-places.ts'
import type { Emit, Json, SourceOptions } from './source.ts'

/** Name of the source of log files. */
export const FILES = 'files'

/** A run that files of this host stand for. */
export interface Run {
  readonly id: string
  /** Name of the format that its log is in. */
  readonly source: string
  /** Absolute directory (event files) or file. */
  readonly path: string
  readonly directory: string
  readonly name: string
  readonly experiment: string
}

type Status = 'running' | 'idle' | EndStatus

const STATUSES: readonly Status[] = ['running', 'idle', 'finished', 'failed', 'killed']

interface RunState {
  found: boolean
  status?: Status
  /** When its log said that it ended, or its files last grew then, Unix ms. */
  ended?: number
  /** When its files last grew, Unix ms. */
  grown: number
  /** CRC of each settings file that was applied, by file name. */
  settings: Record<string, number>
}

/** Id of the run at an absolute path on this agent's host: 12 hex digits. */
export function runId(agent: string, runPath: string): string {
  return createHash('sha256').update(`${agent}\0${FILES}\0${runPath}`).digest('hex').slice(0, 12)
}

/** Directories that say nothing of the run: it is called after the one above. */
const PLAIN_DIRECTORY = /^dvclive$/

function namesOf(root: string, runPath: string, format: RunFormat): { name: string; experiment: string } {
  const relative = path.relative(root, runPath)
  const inside = relative !== '..' && !relative.startsWith(`..${path.sep}`)
  const parts = inside ? relative.split(path.sep).filter(Boolean) : []
  const own = path.basename(inside ? root : runPath) || root
  const fileName = format.run === 'file' ? parts.pop() : undefined
  if (parts.length > 1 && PLAIN_DIRECTORY.test(parts.at(-1)!)) parts.pop()
  const name = fileName !== undefined && !isPlainName(fileName) ? path.parse(fileName).name : parts.pop()
  return { name: name ?? own, experiment: parts.join('/') || own }
}

/** The run that a file belongs to; `root` is the watched folder it was found in. */
export function identifyRun(agent: string, root: string, filePath: string, format: RunFormat): Run {
  const isDirectory = format.run === 'directory'
  const runPath = format.runPath?.(filePath) ?? (isDirectory ? path.dirname(filePath) : filePath)
  return {
    id: runId(agent, runPath),
    source: format.name,
    path: runPath,
    directory: isDirectory ? runPath : path.dirname(runPath),
    ...namesOf(root, runPath, format),
  }
}

/** An event about a run; the time is whole ms. */
export function runEvent<T extends AgentEvent['type']>(
  type: T,
  run: Run,
  now: number,
  data: Extract<AgentEvent, { type: T }>['data'],
): AgentEvent {
  return { type, at: Math.trunc(now), about: run.id, data } as AgentEvent
}

const runKey = (run: Run) => `run:${run.path}`

function loadState(saved: Json | undefined): RunState {
  const { found, status, ended, settings } = savedFields(saved)
  const applied = Object.entries(savedFields(settings)).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  )
  return {
    found: found === true,
    status: STATUSES.find((known) => known === status),
    ...(typeof ended === 'number' && { ended }),
    grown: 0,
    settings: Object.fromEntries(applied),
  }
}

/** What is said of the runs of one agent: each thing once. */
export interface Runs {
  /** Runs whose log lies in a directory. */
  in(directory: string): readonly Run[]
  /** Runs whose log lies in a job's folder or below, and in no other job's folder there. */
  ofJob(folder: string): readonly Run[]
  /** Notes that a folder is that of one job, with all below it. */
  addJob(folder: string): void
  isFound(run: Run): boolean
  /** Grows when the place of a run becomes known. */
  revision(): number
  /** Tells of a run, once; `started` in Unix ms. */
  find(run: Run, started: number, emit: Emit, now: number): void
  /** Notes that a file of the run was written at `at`, Unix ms. */
  grow(run: Run, at: number): void
  /**
   * Tells how a run ended, by its own log, at `time` (Unix ms). It holds until its files grow later than what a
   * program still writes when it ends.
   */
  end(run: Run, status: EndStatus, time: number, emit: Emit, now: number): void
  /** Tells which runs grow and which went quiet. */
  settle(emit: Emit, now: number): void
  /** True when a settings file of this content was not yet applied to the run; notes that it is now. */
  applySettings(run: Run, fileName: string, crc: number, emit: Emit): boolean
}

function save(run: Run, { found, status, ended, settings }: RunState, emit: Emit): void {
  emit.cursor(runKey(run), { found, status: status ?? null, ...(ended !== undefined && { ended }), settings })
}

function tellFound(run: Run, started: number, emit: Emit, now: number): void {
  const data = {
    name: cleanText(run.name, 512),
    experiment: cleanText(run.experiment, 512),
    source: run.source,
    path: cleanText(run.path, 4096),
    started: Math.round(started),
  }
  emit.event(runEvent('run.found', run, now, data))
}

/** Keeps what was said of each run; `cursors` are those of an earlier life. A run is idle after `quietMs`. */
export function createRuns(cursors: SourceOptions['cursors'], quietMs: number): Runs {
  const states = new Map<string, RunState>()
  const places = createRunPlaces<Run>()
  const restless = new Map<string, Run>()

  function stateOf(run: Run): RunState {
    const state = states.get(run.id) ?? loadState(cursors.get(runKey(run)))
    states.set(run.id, state)
    return state
  }

  return {
    in: places.in,
    ofJob: places.ofJob,
    addJob: places.addJob,
    isFound: (run) => stateOf(run).found,
    revision: places.revision,
    find(run, started, emit, now) {
      const state = stateOf(run)
      if (state.found) return
      state.found = true
      tellFound(run, started, emit, now)
      save(run, state, emit)
    },
    grow(run, at) {
      const state = stateOf(run)
      state.grown = Math.max(state.grown, at)
      restless.set(run.id, run)
      places.add(run)
    },
    end(run, status, time, emit, now) {
      const state = stateOf(run)
      state.status = status
      state.ended = Math.max(Math.min(time, now), state.grown)
      emit.event(runEvent('run.status', run, now, { status, ended: Math.trunc(time) }))
      save(run, state, emit)
    },
    settle(emit, now) {
      for (const [id, run] of restless) {
        const state = stateOf(run)
        if (state.ended !== undefined && state.grown <= state.ended + quietMs) {
          restless.delete(id)
          continue
        }
        state.ended = undefined
        const status = now - state.grown >= quietMs ? 'idle' : 'running'
        if (!state.found) continue
        if (status === 'idle') restless.delete(id)
        if (state.status === status) continue
        state.status = status
        emit.event(runEvent('run.status', run, now, { status }))
        save(run, state, emit)
      }
    },
    applySettings(run, fileName, crc, emit) {
      const state = stateOf(run)
      if (state.settings[fileName] === crc) return false
      state.settings[fileName] = crc
      save(run, state, emit)
      return true
    },
  }
}
