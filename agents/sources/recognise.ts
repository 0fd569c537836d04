// What the folder source makes of the files in a folder, for `mlops doctor`: reads the first bytes of logs, and
// documents whole, and tells nobody of it.
import { isUtf8 } from 'node:buffer'
import { lstatSync } from 'node:fs'
import path from 'node:path'
import type { DocumentEntry } from './document.ts'
import { readDocument } from './document-file.ts'
import type { FileFormat, RunFormat } from './format.ts'
import { candidatesOf } from './formats.ts'
import { decide, readHead } from './log-file.ts'
import { createMlflowPlaces } from './mlflow-places.ts'
import { identifyRun } from './runs.ts'
import { readSettings } from './settings.ts'
import { type SettingsPlace, settingsPlace } from './settings-names.ts'
import { createWalk, describeFailure } from './walk.ts'

/** Most directories that are looked at. */
const MAX_DIRECTORIES = 100_000
/** Bytes of a character that may be cut at the end of the head. */
const CUT = 3

/** What a file is taken for. */
export interface Recognised {
  /** Absolute path. */
  readonly path: string
  /** Name of the format; `settings` and `hydra` for params of runs; null when the file is not read. */
  readonly format: string | null
  /** The run that it belongs to. */
  readonly run: { readonly name: string; readonly experiment: string; readonly path: string } | null
  /** Why it is not read, or what else is to be known of it. */
  readonly note: string | null
}

interface Found {
  readonly path: string
  readonly root: string
}

type Verdict = Omit<Recognised, 'path'>

const notTaken = (note: string): Verdict => ({ format: null, run: null, note })

function takenAs({ path: filePath, root }: Found, format: RunFormat, note: string | null = null): Verdict {
  const { name, experiment, path: runPath } = identifyRun('', root, filePath, format)
  return { format: format.name, run: { name, experiment, path: runPath }, note }
}

/** What is wrong with the first bytes of a text; undefined when they may be one. */
function faultOf(head: Buffer): string | undefined {
  if (head.length === 0) return 'is empty'
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
    return 'is UTF-16 text: write it as UTF-8'
  const whole = Array.from({ length: CUT + 1 }, (_, cut) => head.subarray(0, head.length - cut)).some(isUtf8)
  return whole ? undefined : 'is not UTF-8 text'
}

async function recogniseLog(found: Found, formats: readonly FileFormat[]): Promise<Verdict> {
  for (const format of formats) await format.load?.()
  const head = readHead(found.path)
  const { verdict, format } = decide(formats, head, path.basename(found.path))
  const fault = faultOf(head)
  if (verdict === 'log' && format) return takenAs(found, format, format.refusal && fault ? fault : null)
  if (verdict === 'undecided') return notTaken(fault ?? 'too little is written to tell')
  return notTaken(fault ?? formats.findLast(({ refusal }) => refusal)?.refusal ?? 'is no log')
}

async function recogniseDocument(found: Found, entries: readonly DocumentEntry[]): Promise<Verdict> {
  const formats = await Promise.all(entries.map(({ load }) => load()))
  const read = readDocument(found.path, formats, Number.POSITIVE_INFINITY)
  if (read.kind === 'document') return takenAs(found, read.format)
  if (read.kind === 'problem') return takenAs(found, read.format, read.problem)
  return notTaken(read.kind === 'other' ? read.why : 'is being written')
}

function recogniseSettings(found: Found, { kind }: SettingsPlace, runs: number): Verdict {
  const { problem } = readSettings(found.path, lstatSync(found.path), kind)
  const where = kind === 'beside' ? 'beside it' : 'in the folder of the job'
  const note =
    runs > 0 ? `params of ${runs} run${runs > 1 ? 's' : ''}` : `no log ${where} yet: shown by no run`
  return { format: kind === 'beside' ? 'settings' : 'hydra', run: null, note: problem ?? note }
}

/** Of the states of one history all but the furthest are only looked at. */
async function furthest(files: readonly Found[]): Promise<Map<string, Found>> {
  const best = new Map<string, { file: Found; rank: number }>()
  for (const file of files) {
    for (const entry of candidatesOf(file.path).documents) {
      const { historyPath, rank } = await entry.load()
      const history = historyPath?.(file.path)
      const reach = rank?.(file.path) ?? 0
      if (history !== undefined && reach >= (best.get(history)?.rank ?? 0))
        best.set(history, { file, rank: reach })
    }
  }
  return new Map([...best].map(([history, { file }]) => [history, file]))
}

function listFiles(folder: string): { files: Found[]; told: Recognised[] } {
  const files = new Map<string, Found>()
  const stores: Recognised[] = []
  const places = createMlflowPlaces()
  const problems = new Map<string, Recognised>()
  const root = path.resolve(folder)
  const walk = createWalk({
    folders: [root],
    rescanMs: 60_000,
    maxDirectories: MAX_DIRECTORIES,
    onFile: (filePath) => void files.set(filePath, { path: filePath, root }),
    onProblem: (filePath, problem) =>
      void problems.set(filePath, { path: filePath, format: null, run: null, note: problem }),
    onListed: () => {},
    isTaken(dirPath) {
      if (!places.take(dirPath)) return false
      const note = places.experiments.has(dirPath) ? 'an experiment and its runs' : 'a registered model'
      stores.push({ path: dirPath, format: 'mlflow', run: null, note })
      return true
    },
  })
  while (walk(Date.now()));
  return { files: [...files.values()], told: [...problems.values(), ...stores] }
}

async function recogniseFile(found: Found, ends: ReadonlyMap<string, Found>): Promise<Verdict | undefined> {
  const { logs, documents } = candidatesOf(found.path)
  if (logs.length > 0) return recogniseLog(found, logs)
  if (documents.length === 0) return undefined
  const verdict = await recogniseDocument(found, documents)
  const end = verdict.run && ends.get(verdict.run.path)
  if (verdict.note || !end || end.path === found.path) return verdict
  return { ...verdict, note: `an earlier state of its run than ${path.relative(found.root, end.path)}` }
}

const isInside = (filePath: string, folder: string) => filePath.startsWith(folder + path.sep)

/** How many runs have their log where settings of this place reach. */
function countRuns({ kind, folder }: SettingsPlace, logs: readonly Recognised[]): number {
  const near = logs.filter(({ path: filePath, run }) =>
    kind === 'beside'
      ? path.dirname(filePath) === folder || run?.path === folder
      : isInside(filePath, folder),
  )
  return new Set(near.map(({ run }) => run?.path)).size
}

/**
 * What each file below a folder is taken for, in the order of paths: those that are read, and those whose
 * names a log might have with the reason why they are not. Never throws for what the files hold.
 */
export async function recognise(folder: string): Promise<Recognised[]> {
  const { files, told } = listFiles(folder)
  const ends = await furthest(files)
  const out: Recognised[] = []
  const add = async (file: Found, make: () => Promise<Verdict | undefined> | Verdict) => {
    try {
      const verdict = await make()
      if (verdict) out.push({ path: file.path, ...verdict })
    } catch (error) {
      out.push({ path: file.path, ...notTaken(describeFailure(error)) })
    }
  }
  for (const file of files) await add(file, () => recogniseFile(file, ends))
  const logs = out.filter(({ run }) => run !== null)
  for (const file of files) {
    const place = settingsPlace(file.path)
    if (place) await add(file, () => recogniseSettings(file, place, countRuns(place, logs)))
  }
  return [...told, ...out].sort((a, b) => (a.path < b.path ? -1 : 1))
}
