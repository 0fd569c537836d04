// A folder of its own for each test of the folder source, and what came out of reading it.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createFolderSource } from '../../../agents/sources/folder.ts'
import type { Json, Source } from '../../../agents/sources/source.ts'
import type { AgentEvent } from '../../../src/protocol/events.ts'
import { createRecorder, drain, type Recorder } from '../recorder.ts'

/** A folder, and sources over it. */
export interface Place {
  readonly root: string
  /** Unix ms at which it was made: files written right after are as old. */
  readonly now: number
  path(name: string): string
  write(name: string, content: string | Buffer): void
  append(name: string, content: string): void
  /** Sets when a file was written last, ms before `now`. */
  age(name: string, ms: number): void
  open(cursors?: ReadonlyMap<string, Json>): Source
  /** Reads all there is with a fresh source that goes on from the recorder's cursors. */
  read(recorder?: Recorder, later?: number): Promise<Recorder>
  remove(): void
}

/** Makes an empty folder. */
export function createPlace(): Place {
  const root = mkdtempSync(path.join(tmpdir(), 'mlops-place-'))
  const now = Date.now()
  const at = (name: string) => path.join(root, name)
  const open = (cursors: ReadonlyMap<string, Json> = new Map()) =>
    createFolderSource({ folders: [root], agent: 'host1', cursors, rescanMs: 1 })
  return {
    root,
    now,
    path: at,
    write(name, content) {
      mkdirSync(path.dirname(at(name)), { recursive: true })
      writeFileSync(at(name), content)
    },
    append: (name, content) => appendFileSync(at(name), content),
    age: (name, ms) => utimesSync(at(name), (now - ms) / 1000, (now - ms) / 1000),
    open,
    async read(recorder = createRecorder(), later = 0) {
      await drain(open(recorder.cursors), recorder, now + later)
      return recorder
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** Events of one type. */
export function eventsOf<T extends AgentEvent['type']>(recorder: Recorder, type: T) {
  return recorder.events.filter((one): one is Extract<AgentEvent, { type: T }> => one.type === type)
}
/** `key step value` of each point. */
export const valuesOf = (recorder: Recorder) =>
  recorder.points.map(({ key, step, value }) => `${key} ${step} ${value}`)
/** The problems that were told, in words. */
export const problemsOf = (recorder: Recorder) =>
  eventsOf(recorder, 'source.problem').map(({ data }) => data.problem)
/** Why runs began anew. */
export const restartsOf = (recorder: Recorder) =>
  eventsOf(recorder, 'run.restarted').map(({ data }) => data.reason)
/** `experiment | name (source)` of each run. */
export const runsOf = (recorder: Recorder) =>
  eventsOf(recorder, 'run.found')
    .map(({ data }) => `${data.experiment} | ${data.name} (${data.source})`)
    .sort()
/** All params that were told, in one. */
export const paramsOf = (recorder: Recorder): Record<string, string> =>
  Object.assign({}, ...eventsOf(recorder, 'run.params').map(({ data }) => data.params))
/** All tags that were told, in one. */
export const tagsOf = (recorder: Recorder): Record<string, string> =>
  Object.assign({}, ...eventsOf(recorder, 'run.tags').map(({ data }) => data.tags))
