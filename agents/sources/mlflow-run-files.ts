// One run of a file store: meta.yaml, params, tags, inputs and outputs, and its files of metrics.
import { existsSync, lstatSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import type { RunStatus } from '../../src/core/state.ts'
import { fileKey, type LogFile, type Look, lookAt, openLogFile } from './log-file.ts'
import { runKey, tellRun } from './mlflow-facts.ts'
import { keysIn, type Meta, stampOf, textOf, timeOf, watchTexts } from './mlflow-meta.ts'
import { metricFormat } from './mlflow-metric-lines.ts'
import { fresh, isTwin, type StoreNode, type Visit, watchMeta } from './mlflow-node.ts'
import { META } from './mlflow-places.ts'
import { type Home, readLinks } from './mlflow-run-links.ts'
import { toldOf } from './mlflow-told.ts'
import type { Run } from './runs.ts'
import { SHRUNK_MS } from './tail.ts'

/** Time between two looks at what is no metric, ms. */
const FACTS_MS = 2000
/** Folders of a run whose files are read. */
const FOLDERS = ['params', 'tags', 'metrics', 'inputs', 'outputs']
/** After so many looks at its folders the files of a run that has ended are looked at too. */
const GLANCES = 10
/** Most files of metrics of one run. */
const MAX_METRICS = 5000

/** Ours by MLflow's RunStatus, a number in files. */
const STATUS: Readonly<Record<string, RunStatus>> = {
  1: 'running',
  2: 'scheduled',
  3: 'finished',
  4: 'failed',
  5: 'killed',
}
const OPEN = new Set<RunStatus>(['running', 'scheduled'])

function statusIn(meta: Meta): RunStatus {
  const text = textOf(meta, 'status') ?? '1'
  return STATUS[text] ?? Object.values(STATUS).find((name) => name === text.toLowerCase()) ?? 'running'
}

/** The id that a run's meta.yaml gives it. */
export const runIdOf = (meta: Meta): string | undefined => {
  const id = textOf(meta, 'run_id') ?? textOf(meta, 'run_uuid')
  return id !== undefined && /^[\w-]{1,256}$/.test(id) ? id : undefined
}

/** The cursors of a run's metrics go with its folder, for example into the trash. */
function carryCursor({ cursors, emit }: Visit, from: string, to: string): void {
  const saved = cursors.get(fileKey(from))
  if (saved === undefined || cursors.has(fileKey(to))) return
  cursors.set(fileKey(to), saved)
  cursors.delete(fileKey(from))
  emit.cursor(fileKey(to), saved)
  emit.cursor(fileKey(from), null)
}

function openMetric(run: Run, key: string, visit: Visit): LogFile {
  const filePath = path.join(run.path, 'metrics', key)
  const { at } = toldOf(visit, runKey(run.id))
  if (typeof at === 'string' && at !== run.path) carryCursor(visit, path.join(at, 'metrics', key), filePath)
  const file = openLogFile(filePath, run.path, [metricFormat(key)], visit)
  return { ...file, isLoaded: true, verdict: 'log', run }
}

/** The files of metrics of one run. */
function watchMetrics(dirPath: string) {
  const files = new Map<string, LogFile>()
  return {
    files,
    find(run: Run, visit: Visit): void {
      for (const key of keysIn(path.join(dirPath, 'metrics')).slice(0, MAX_METRICS))
        if (!files.has(key)) files.set(key, openMetric(run, key, visit))
    },
    /** Reads on in those that grew; true when one of them did. */
    read(visit: Look): boolean {
      let isRead = false
      let isFull = false
      for (const [key, file] of files) {
        if (isFull) {
          file.more ||= file.size < 0
          continue
        }
        const result = lookAt(file, visit)
        if (result === 'gone') files.delete(key)
        isRead ||= result === 'read'
        isFull ||= file.more || (isRead && visit.emit.full())
      }
      return isRead
    },
    waitsFor(): number {
      let first = Number.POSITIVE_INFINITY
      for (const { more, shrunkAt, tailDue } of files.values()) {
        if (more) return Number.NEGATIVE_INFINITY
        first = Math.min(first, shrunkAt === undefined ? tailDue : shrunkAt + SHRUNK_MS)
      }
      return first
    },
  }
}

/** When something of the run was written last, Unix ms. */
function lastWritten(dirPath: string, keys: Iterable<string>): number {
  const paths = [META, 'tags', ...Array.from(keys, (key) => path.join('metrics', key))]
  const times = paths.map((name) => lstatSync(path.join(dirPath, name), { throwIfNoEntry: false })?.mtimeMs)
  return Math.max(...times.map((time) => time ?? 0))
}

/** What of a run is no metric; `tell` is true when something of it was new. */
function watchFacts(dirPath: string, home: () => Home, metrics: ReadonlyMap<string, unknown>) {
  const params = watchTexts(path.join(dirPath, 'params'))
  const tags = watchTexts(path.join(dirPath, 'tags'))
  let links = -1
  let name = ''
  let last = ''
  let isEnded = false

  function newLinks() {
    const keys = ['inputs', 'outputs'].flatMap((folder) => [folder, ...keysIn(path.join(dirPath, folder))])
    const print = crc32(keys.map((key) => `${key} ${stampOf(path.join(dirPath, key))}`).join('\n'))
    if (print === links) return undefined
    links = print
    return readLinks(dirPath, home().datasets)
  }

  return {
    weight: () => params.count + tags.count,
    isEnded: () => isEnded,
    tell(fields: Meta, id: string, visit: Visit): boolean {
      const news = { params: params.changed(), tags: tags.changed(), ...newLinks() }
      name = textOf(fields, 'run_name') ?? news.tags?.['mlflow.runName'] ?? (name || id)
      const given = statusIn(fields)
      isEnded = !OPEN.has(given)
      const isQuiet = () => visit.now - lastWritten(dirPath, metrics.keys()) > visit.staleMs
      const facts = {
        name,
        experiment: home().name,
        experimentId: home().id,
        started: timeOf(fields, 'start_time'),
        status: OPEN.has(given) && isQuiet() ? 'stale' : given,
        ended: OPEN.has(given) ? null : timeOf(fields, 'end_time'),
        deleted: home().deleted || textOf(fields, 'lifecycle_stage') === 'deleted',
        user: textOf(fields, 'user_id') ?? '',
      }
      const isSame = JSON.stringify(facts) === last && Object.values(news).every((part) => part === undefined)
      if (isSame) return false
      last = JSON.stringify(facts)
      tellRun(visit, { id, path: dirPath, ...facts, ...news })
      return true
    },
  }
}

/** Opens a run's folder; `home` gives the experiment that it is in, as it is now. */
export function openRun(dirPath: string, home: () => Home): StoreNode {
  const meta = watchMeta()
  const metrics = watchMetrics(dirPath)
  const facts = watchFacts(dirPath, home, metrics.files)
  let due = Number.NEGATIVE_INFINITY
  let surface = ''
  let glances = 0

  /** What has ended rarely changes: its folders are looked at, their files only now and then. */
  function isAtRest(): boolean {
    const stamps = [META, ...FOLDERS].map((name) => stampOf(path.join(dirPath, name))).join()
    const isSame = stamps === surface && facts.isEnded() && metrics.waitsFor() === Number.POSITIVE_INFINITY
    surface = stamps
    glances = isSame ? glances + 1 : 0
    return isSame && glances % GLANCES !== 0
  }

  return {
    ...fresh(),
    weight: () => 6 + facts.weight() + metrics.files.size,
    waitsFor: metrics.waitsFor,
    visit(visit) {
      if (!existsSync(dirPath)) return 'gone'
      if (isAtRest()) return 'same'
      let isChanged = false
      if (visit.now >= due || visit.now < due - FACTS_MS) {
        meta.look(dirPath, visit)
        const id = meta.fields && runIdOf(meta.fields)
        if (!meta.fields || id === undefined || isTwin(visit, runKey(id), dirPath)) return 'same'
        const run: Run = { id, source: 'mlflow', path: dirPath, directory: dirPath, name: id, experiment: '' }
        metrics.find(run, visit)
        isChanged = facts.tell(meta.fields, id, visit)
        due = visit.now + FACTS_MS
      }
      return metrics.read(visit) || isChanged ? 'changed' : 'same'
    },
  }
}
