// What work on a folder of artifacts shares: paths that links cannot lead astray, syncing, refusals in words.
import { constants } from 'node:fs'
import { lstat, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { invalid, MlflowError } from './errors.ts'

/** Bounds of a folder of artifacts. */
export interface ArtifactLimits {
  /** Largest file, bytes; unbounded unless said. */
  readonly maxBytes?: number
  /** Bytes of the disk that artifacts leave free; 256 MiB unless said. */
  readonly keepFree?: number
}

const ABSENT: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/** Waits for work on a file; undefined when the file is not there. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (ABSENT.has(codeOf(error))) return undefined
    throw error
  }
}

/** What the disk did not take, in words: 400, for clients retry 5xx for minutes. Other errors stay as they are. */
export function refusal(error: unknown, path: string): unknown {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new MlflowError('BAD_REQUEST', `Artifact '${path}' was not stored: the disk is full.`)
  if (code === 'EISDIR' || code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR')
    return invalid(`Artifact '${path}' was not stored: it is a folder, or a part of its path is a file.`)
  return error
}

/** How the way to a path below `root` ends. A link anywhere on the way is never followed. */
export async function wayTo(
  root: string,
  path: string,
): Promise<'file' | 'folder' | 'nothing' | 'link' | 'blocked'> {
  const parts = path === '' ? [] : path.split('/')
  let at = root
  for (const [i, part] of parts.entries()) {
    at = join(at, part)
    const info = await unlessAbsent(lstat(at))
    if (!info) return 'nothing'
    if (info.isSymbolicLink()) return 'link'
    if (!info.isDirectory()) return i === parts.length - 1 ? 'file' : 'blocked'
  }
  return 'folder'
}

/** Makes what was renamed or removed in a folder last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder and those above it; each new one lasts. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
}
