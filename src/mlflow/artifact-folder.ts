// Artifacts in a folder on this disk: `files/` holds them, `digests/` what they hash to, `uploads/` what is not whole yet.
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { digestOf, forgetDigests, keepDigest } from './artifact-digest.ts'
import { type ArtifactLimits, makeFolder, refusal, syncFolder, unlessAbsent, wayTo } from './artifact-disk.ts'
import { safePath } from './artifact-path.ts'
import { receive } from './artifact-upload.ts'
import type { ArtifactEntry, Artifacts } from './backend.ts'
import { invalid } from './errors.ts'

/** Artifacts on disk, and what they hash to. */
export interface ArtifactFolder extends Artifacts {
  /** SHA-256 of a file, hex; undefined when there is no such file. `anew`: of what the disk gives now, not the one kept. */
  digest(path: string, anew?: boolean): Promise<string | undefined>
}

/** The three folders. */
interface Places {
  readonly files: string
  readonly digests: string
  readonly uploads: string
}

async function list({ files }: Places, path: string): Promise<ArtifactEntry[]> {
  if (path !== '') safePath(path)
  if ((await wayTo(files, path)) !== 'folder') return []
  const names = (await unlessAbsent(readdir(join(files, path)))) ?? []
  const entries = await Promise.all(
    names.sort().map(async (name): Promise<ArtifactEntry[]> => {
      const info = await unlessAbsent(lstat(join(files, path, name)))
      const entry = { path: path === '' ? name : `${path}/${name}` }
      if (info?.isDirectory()) return [{ ...entry, isDirectory: true, size: null }]
      return info?.isFile() ? [{ ...entry, isDirectory: false, size: info.size }] : []
    }),
  )
  return entries.flat()
}

async function read({ files }: Places, path: string): ReturnType<Artifacts['read']> {
  safePath(path)
  if ((await wayTo(files, path)) !== 'file') return undefined
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await unlessAbsent(open(join(files, path), flags))
  const info = await handle?.stat()
  if (handle && info?.isFile()) return { size: info.size, body: handle.createReadStream() }
  await handle?.close()
  return undefined
}

async function checkPlace(files: string, path: string): Promise<void> {
  const end = await wayTo(files, path)
  if (end === 'link') throw invalid(`Artifact '${path}' was refused: its path leads over a link.`)
  if (end === 'folder' || end === 'blocked') throw refusal({ code: 'EISDIR' }, path)
}

async function write(
  { files, digests, uploads }: Places,
  limits: ArtifactLimits,
  path: string,
  body: Readable,
): Promise<void> {
  await checkPlace(files, safePath(path))
  const { file, sha256 } = await receive(uploads, body, limits)
  const target = join(files, path)
  try {
    // Once more: the upload may have taken hours.
    await checkPlace(files, path)
    await makeFolder(dirname(target))
    await keepDigest(digests, path, file, sha256)
    await rename(file, target)
    await syncFolder(dirname(target))
  } finally {
    await rm(file, { force: true })
  }
}

async function remove({ files, digests }: Places, path: string): Promise<void> {
  const end = await wayTo(files, safePath(path))
  if (end === 'link') throw invalid(`Artifact '${path}' was refused: its path leads over a link.`)
  if (end !== 'file' && end !== 'folder') return
  await rm(join(files, path), { recursive: true, force: true })
  await unlessAbsent(syncFolder(dirname(join(files, path))))
  await forgetDigests(digests, path)
}

async function digest({ files, digests }: Places, path: string, anew?: boolean): Promise<string | undefined> {
  safePath(path)
  if ((await wayTo(files, path)) !== 'file') return undefined
  return unlessAbsent(digestOf(digests, path, join(files, path), anew))
}

async function orRefusal<T>(work: Promise<T>, path: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw refusal(error, path)
  }
}

async function prepare(root: string): Promise<Places> {
  await mkdir(root, { recursive: true })
  const real = await realpath(root)
  const at = (name: string) => join(real, name)
  const places = { files: at('files'), digests: at('digests'), uploads: at('uploads') }
  await rm(places.uploads, { recursive: true, force: true })
  for (const place of Object.values(places)) await makeFolder(place)
  return places
}

/**
 * Artifacts in a folder, which is made when it is first used; what uploads left that were cut off is cleared then. One
 * process uses a folder at a time. A file is written beside, synced, then renamed: readers see the old or the new one.
 */
export function createArtifactFolder(root: string, limits: ArtifactLimits = {}): ArtifactFolder {
  let ready: Promise<Places> | undefined
  const places = async (): Promise<Places> => {
    ready ??= prepare(root)
    try {
      return await ready
    } catch (error) {
      ready = undefined
      throw error
    }
  }
  return {
    list: async (path) => list(await places(), path),
    read: async (path) => read(await places(), path),
    write: async (path, body) => orRefusal(write(await places(), limits, path, body), path),
    remove: async (path) => remove(await places(), path),
    digest: async (path, anew) => digest(await places(), path, anew),
  }
}
