// Finds the files in folders, and those that appear later. Follows no links (what they lead to inside
// a folder is found there anyway), opens nothing, and looks at quiet directories rarely.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { isDue, rescanInterval, type Watched } from './pace.ts'

const SKIPPED = new Set(['node_modules', '__pycache__', 'site-packages'])
/** Hidden directories that are entered: Hydra keeps the settings of a job there. */
const ENTERED = '.hydra'
const MAX_DEPTH = 16
/** Most directories that are looked at in one call. */
const MAX_LOOKS = 1000
/** A directory may change twice within the clock of its file system, ms. */
const CLOCK_MS = 2000
/** After so many looks a directory is listed even if its time did not change: some file systems keep none. */
const LOOKS = 10

/** What a walk needs. */
export interface WalkOptions {
  readonly folders: readonly string[]
  readonly rescanMs: number
  /** Most directories that are watched. */
  readonly maxDirectories: number
  /** Called for each regular file, at each listing; `root` is the folder it was found in. */
  readonly onFile: (filePath: string, root: string) => void
  readonly onProblem: (filePath: string, problem: string) => void
  /** Called for each directory that could be listed. */
  readonly onListed: (dirPath: string) => void
  /** Asked of each directory that has a meta.yaml: where it is true, another source reads all that is in it. */
  readonly isTaken?: ((dirPath: string) => boolean) | undefined
}

interface Directory extends Watched {
  readonly path: string
  readonly root: string
  readonly depth: number
  mtime: number
  listed: number
  looks: number
  /** What is wrong with it, told once. */
  problem: string | undefined
}

/** Why something at a path cannot be read, in words. */
export function describeFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user'
  if (code === 'ELOOP') return 'is a link, which is not followed'
  return code ? `cannot be read (${code})` : message
}

/** What a walk holds. */
interface Walk {
  readonly options: WalkOptions
  readonly directories: Map<string, Directory>
  overfull: boolean
}

function add(walk: Walk, dirPath: string, root: string, depth: number): void {
  const { directories, options } = walk
  if (directories.has(dirPath)) return
  if (directories.size < options.maxDirectories) {
    const fresh = { checked: Number.NEGATIVE_INFINITY, changed: 0, mtime: -1, listed: 0, looks: 0 }
    directories.set(dirPath, { path: dirPath, root, depth, problem: undefined, ...fresh })
  } else if (!walk.overfull) {
    walk.overfull = true
    options.onProblem(root, `holds more than ${options.maxDirectories} directories; the rest is left out`)
  }
}

function fail({ options }: Walk, directory: Directory, problem: string): void {
  if (directory.problem !== problem) options.onProblem(directory.path, problem)
  directory.problem = problem
  directory.mtime = -1
}

function list(walk: Walk, directory: Directory): void {
  const { root, depth } = directory
  const entries = readdirSync(directory.path, { withFileTypes: true })
  const hasMeta = entries.some((entry) => entry.name === 'meta.yaml' && entry.isFile())
  const isTaken = hasMeta && walk.options.isTaken?.(directory.path) === true
  for (const entry of isTaken ? [] : entries) {
    if ((entry.name.startsWith('.') && entry.name !== ENTERED) || SKIPPED.has(entry.name)) continue
    const full = path.join(directory.path, entry.name)
    if (entry.isFile()) walk.options.onFile(full, root)
    else if (entry.isDirectory() && depth < MAX_DEPTH) add(walk, full, root, depth + 1)
  }
  // The clock of the file system, not the one that the caller may have set.
  directory.listed = Date.now()
  directory.looks = 0
  directory.problem = undefined
  walk.options.onListed(directory.path)
}

function look(walk: Walk, directory: Directory, now: number): void {
  // A folder that the operator named may be a link; what is inside may not.
  const isRoot = directory.depth === 0
  const stat: Stats | undefined = (isRoot ? statSync : lstatSync)(directory.path, { throwIfNoEntry: false })
  if (!stat && isRoot) fail(walk, directory, 'is missing; it is read when it appears')
  else if (!stat) walk.directories.delete(directory.path)
  else if (!stat.isDirectory()) fail(walk, directory, 'is no folder')
  else {
    const changed = stat.mtimeMs !== directory.mtime
    if (changed) directory.changed = Math.min(now, stat.mtimeMs)
    directory.mtime = stat.mtimeMs
    const racy = Math.abs(directory.listed - stat.mtimeMs) < CLOCK_MS
    if (changed || racy || ++directory.looks >= LOOKS) list(walk, directory)
  }
}

/** Walks the folders: each call looks at what is due; true when directories that are due were left. */
export function createWalk(options: WalkOptions): (now: number) => boolean {
  const walk: Walk = { options, directories: new Map(), overfull: false }
  const { directories } = walk
  for (const folder of options.folders) add(walk, path.resolve(folder), path.resolve(folder), 0)
  return (now) => {
    const interval = rescanInterval(directories.size, options.rescanMs)
    let looks = 0
    // Directories that are added meanwhile come at the end of the same round.
    for (const directory of directories.values()) {
      if (directory.depth > 0 && !isDue(directory, now, interval)) continue
      if (++looks > MAX_LOOKS) return true
      directory.checked = now
      try {
        look(walk, directory, now)
      } catch (error) {
        fail(walk, directory, describeFailure(error))
      }
    }
    return false
  }
}
