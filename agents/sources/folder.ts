// The source of log files: watches folders, finds logs by itself and reads what is appended to them, and
// documents that are written anew.
// Polling by stat is the truth: no native module, and it works on network file systems. The calls are
// synchronous, because they cost a tenth of the asynchronous ones (5 against 70 us a stat).
import { lstatSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type DocumentFiles, openDocumentFile } from './document-watch.ts'
import { candidatesOf } from './formats.ts'
import {
  isWaiting,
  type LogFile,
  type Look,
  loadFormats,
  lookAt,
  openLogFile,
  tellProblem,
} from './log-file.ts'
import { addOutput, type OutputFiles } from './output-file.ts'
import { mayHoldOutput } from './output-owners.ts'
import { isDue, rescanInterval, type Watched } from './pace.ts'
import { createRuns, FILES } from './runs.ts'
import { type SettingsPlace, settingsPlace } from './settings-names.ts'
import type { Emit, Json, Source, SourceOptions } from './source.ts'
import { createWalk } from './walk.ts'

/** Most files that are looked at, and that are read, in one poll. */
const MAX_LOOKS = 2000
const MAX_READS = 200
/** Most files, and directories, that are watched. */
const MAX_WATCHED = 100_000

/** What the source of log files is made with. */
export interface FolderOptions extends SourceOptions {
  /** Folders to watch, as the operator named them. */
  readonly folders: readonly string[]
  /** A run is idle when its files have not grown for so long. */
  readonly quietMs?: number
  /** Quiet files and directories are looked at this often at least. */
  readonly rescanMs?: number
  /** Asked of each directory that has a meta.yaml: where it is true, another source reads all that is in it. */
  readonly isTaken?: ((dirPath: string) => boolean) | undefined
}

interface SettingsFile extends Watched {
  readonly path: string
  readonly place: SettingsPlace
  mtime: number
  /** How many runs of the directory have been told. */
  runs: number
}

/** What the source holds. */
interface Watch {
  readonly files: Map<string, LogFile>
  readonly documents: DocumentFiles
  readonly outputs: OutputFiles
  readonly settings: Map<string, SettingsFile>
  readonly rescanMs: number
  /** Called for a file whose name is no UTF-8, which cannot be opened by the name that was listed. */
  readonly onUnnamed: (filePath: string) => void
  isClosed: boolean
}

/** Looks at what is due until the batch is full; true when something was left. */
async function lookAtFiles(watch: Watch, look: Look): Promise<boolean> {
  const { files, rescanMs } = watch
  const interval = rescanInterval(files.size, rescanMs)
  const { emit, now } = look
  let looks = 0
  let reads = 0
  for (const file of [...files.values()]) {
    if (!isWaiting(file, now) && !isDue(file, now, interval)) continue
    if (watch.isClosed || reads >= MAX_READS || looks >= MAX_LOOKS || (reads > 0 && emit.full())) return true
    looks++
    if (!file.isLoaded) await loadFormats(file)
    const result = lookAt(file, look)
    if (result === 'gone') {
      files.delete(file.path)
      if (file.path.includes('\ufffd')) watch.onUnnamed(file.path)
    } else if (result === 'read') {
      reads++
      // Behind the others, so that one long file does not keep them waiting.
      if (file.more) {
        files.delete(file.path)
        files.set(file.path, file)
      }
      await setImmediate()
    }
  }
  return [...files.values()].some(({ more }) => more)
}

async function lookAtDocuments(watch: Watch, look: Look): Promise<boolean> {
  if (watch.documents.size === 0 || watch.isClosed) return false
  const documents = await import('./documents.ts')
  return documents.lookAtDocuments(watch.documents, watch.rescanMs, look, () => watch.isClosed)
}

async function lookAtSettings({ settings, rescanMs }: Watch, { emit, now, runs }: Look): Promise<void> {
  if (settings.size === 0) return
  // Its YAML parser is a third of the agent: it is loaded where such a file lies, and not before.
  const { applySettings } = await import('./settings.ts')
  const interval = rescanInterval(settings.size, rescanMs)
  for (const file of settings.values()) {
    const { kind, folder } = file.place
    const placed = kind === 'beside' ? runs.in(folder) : runs.ofJob(folder)
    const told = placed.filter((run) => runs.isFound(run))
    if (told.length === file.runs && !isDue(file, now, interval)) continue
    file.checked = now
    const stat = lstatSync(file.path, { throwIfNoEntry: false })
    if (!stat?.isFile()) {
      settings.delete(file.path)
      continue
    }
    if (stat.mtimeMs === file.mtime && told.length === file.runs) continue
    file.changed = Math.min(now, stat.mtimeMs)
    file.mtime = stat.mtimeMs
    file.runs = told.length
    if (told.length > 0) applySettings(file.path, stat, file.place, told, runs, emit, now)
  }
}

/** What reads text output is loaded where there is some. */
async function lookAtOutput(watch: Watch, look: Look): Promise<boolean> {
  if (watch.outputs.size === 0) return false
  const { lookAtOutputs } = await import('./output-files.ts')
  return lookAtOutputs(watch.outputs, watch.files, watch.rescanMs, look, () => watch.isClosed)
}

/**
 * The source of log files in folders (TensorBoard, CSV and TSV, JSON lines, documents, settings and text output beside
 * them). Cursors: `file:<path>` for each log, `history:<path>` for each document, `output:<path>` for each file of text
 * output, `run:<path>` for each run.
 */
export function createFolderSource(options: FolderOptions): Source {
  const { agent, folders, quietMs = 60_000, rescanMs = 60_000 } = options
  const cursors = new Map<string, Json>(options.cursors)
  const runs = createRuns(cursors, quietMs)
  const told = new Set<string>()
  const found = { files: new Map(), documents: new Map(), outputs: new Map(), settings: new Map() }
  const watch: Watch = { ...found, rescanMs, onUnnamed, isClosed: false }
  let look: Look | undefined
  let overfull = false

  function onSettings(filePath: string): void {
    if (watch.settings.has(filePath)) return
    const place = settingsPlace(filePath)
    if (!place) return
    if (place.kind !== 'beside') runs.addJob(place.folder)
    watch.settings.set(filePath, { path: filePath, place, mtime: -1, runs: 0, checked: -1, changed: 0 })
  }

  function hasRoom(root: string): boolean {
    if (watch.files.size + watch.documents.size + watch.outputs.size < MAX_WATCHED) return true
    if (!overfull) onProblem(root, `more than ${MAX_WATCHED} files; the rest is left out`)
    overfull = true
    return false
  }

  function onFile(filePath: string, root: string): void {
    if (!look || watch.files.has(filePath) || watch.documents.has(filePath)) return
    onSettings(filePath)
    if (mayHoldOutput(filePath) && hasRoom(root)) addOutput(watch.outputs, filePath)
    const { logs, documents } = candidatesOf(filePath)
    if (logs.length + documents.length === 0 || !hasRoom(root)) return
    if (logs.length > 0) watch.files.set(filePath, openLogFile(filePath, root, logs, look))
    else watch.documents.set(filePath, openDocumentFile(filePath, root, documents))
  }

  function onUnnamed(filePath: string): void {
    if (!told.has(filePath)) onProblem(filePath, 'its name is not UTF-8')
    told.add(filePath)
  }

  function onProblem(filePath: string, problem: string): void {
    if (look) tellProblem(look, agent, filePath, problem)
  }
  function onListed(dirPath: string): void {
    if (look) tellProblem(look, agent, dirPath, undefined)
  }

  const bounds = { folders, rescanMs, maxDirectories: MAX_WATCHED }
  const walk = createWalk({ ...bounds, onFile, onProblem, onListed, isTaken: options.isTaken })
  return {
    name: FILES,
    async poll(emit: Emit, now: number): Promise<boolean> {
      if (watch.isClosed) return false
      look = { emit, now, agent, runs, cursors }
      const unwalked = walk(now)
      const unread = await lookAtFiles(watch, look)
      const unsaid = await lookAtDocuments(watch, look)
      await lookAtSettings(watch, look)
      const unprinted = await lookAtOutput(watch, look)
      runs.settle(emit, now)
      return (unwalked || unread || unsaid || unprinted) && !watch.isClosed
    },
    close() {
      watch.isClosed = true
    },
  }
}
