// Writing into the folder of an export: all of a file or folder is there, or nothing of it.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CliError, EXIT } from '../cli/cli-error.ts'

/** Where things are made before they are moved to their place; in the target, for a rename stays in one file system. */
const WORKSHOP = '.mlops-export'
/** Characters that are collected before they are written. */
const PIECE = 64 * 1024

/** The folder of an export. */
export interface Target {
  /** Absolute path. */
  readonly path: string
  /** Writes a file whole; `name` is relative. */
  file(name: string, pieces: Iterable<string> | AsyncIterable<string>): Promise<void>
  /** Makes a folder with what `fill` puts in it, in place of one that was there; `name` is relative. */
  folder(name: string, fill: (path: string) => Promise<void>): Promise<void>
  /** Takes away what was being made. */
  close(): void
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function check(path: string, force: boolean): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new CliError(`${path} is no folder`, 'name a folder that is empty or not there', EXIT.failed)
  if (force || entriesOf(path).every((name) => name === WORKSHOP)) return
  throw new CliError(
    `${path} is not empty`,
    'name another folder; --force adds to what is there and replaces runs of the same id',
    EXIT.failed,
  )
}

/** Writes pieces of text, joined to larger ones. */
export async function writePieces(
  path: string,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const fd = openSync(path, 'w')
  try {
    let waiting = ''
    for await (const piece of pieces) {
      waiting += piece
      if (waiting.length < PIECE) continue
      writeSync(fd, waiting)
      waiting = ''
    }
    writeSync(fd, waiting)
  } finally {
    closeSync(fd)
  }
}

/** Writes a small file, with the folders it lies in. */
export function writeSmall(folder: string, name: string, text: string): void {
  if (name.includes('/')) mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

/** Opens the folder of an export. Throws CliError where it is not empty and not forced. */
export function openTarget(folder: string, force: boolean): Target {
  const path = resolve(folder)
  check(path, force)
  const workshop = join(path, WORKSHOP)
  rmSync(workshop, { recursive: true, force: true })
  mkdirSync(workshop, { recursive: true })
  const [made, old] = [join(workshop, 'new'), join(workshop, 'old')]
  const placeOf = (name: string) => {
    const place = join(path, name)
    mkdirSync(dirname(place), { recursive: true })
    return place
  }
  return {
    path,
    async file(name, pieces) {
      await writePieces(made, pieces)
      renameSync(made, placeOf(name))
    },
    async folder(name, fill) {
      rmSync(made, { recursive: true, force: true })
      mkdirSync(made)
      await fill(made)
      const place = placeOf(name)
      if (statSync(place, { throwIfNoEntry: false })) renameSync(place, old)
      renameSync(made, place)
      rmSync(old, { recursive: true, force: true })
    },
    close: () => rmSync(workshop, { recursive: true, force: true }),
  }
}
