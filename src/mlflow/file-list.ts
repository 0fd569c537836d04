// What a version's files are: a list of paths with the SHA-256 of each, its digest, and how two lists differ.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactFolder } from './artifact-folder.ts'
import { invalid } from './errors.ts'

/** One file below a folder. */
export interface ListedFile {
  /** Relative to the folder. */
  readonly path: string
  /** Hex. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

/** Files that one version may have. */
const MOST_FILES = 100_000

const byPath = (a: { path: string }, b: { path: string }): number =>
  Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))

async function* filesBelow(
  artifacts: ArtifactFolder,
  folder: string,
): AsyncGenerator<{ path: string; size: number }> {
  for (const { path, isDirectory, size } of await artifacts.list(folder)) {
    if (isDirectory) yield* filesBelow(artifacts, path)
    else yield { path, size: size ?? 0 }
  }
}

/** A place that is a file itself: a list of that one. */
async function single(artifacts: ArtifactFolder, path: string, anew: boolean): Promise<ListedFile[]> {
  const at = path.lastIndexOf('/')
  const entry = (await artifacts.list(path.slice(0, Math.max(0, at)))).find((one) => one.path === path)
  const sha256 = entry && (await artifacts.digest(path, anew))
  return sha256 === undefined ? [] : [{ path: path.slice(at + 1), sha256, size: entry?.size ?? 0 }]
}

/**
 * The files of a folder of the store, sorted by the bytes of their paths; empty where there are none. `anew` reads
 * every byte, else digests that were kept at the upload count. Throws MlflowError above 100,000 files.
 */
export async function listFiles(
  artifacts: ArtifactFolder,
  folder: string,
  anew = false,
): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = []
  for await (const { path, size } of filesBelow(artifacts, folder)) {
    const sha256 = await artifacts.digest(path, anew)
    if (sha256 !== undefined) files.push({ path: path.slice(folder.length + 1), sha256, size })
    if (files.length > MOST_FILES) throw invalid(`'${folder}' has more than ${MOST_FILES} files.`)
  }
  return files.length > 0 ? files.sort(byPath) : single(artifacts, folder, anew)
}

/** The list as text, as `sha256sum` prints it: a line `SHA256  PATH` for each file. */
export const listText = (files: readonly ListedFile[]): string =>
  files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('')

/** Digest of a text, hex: SHA-256. */
export const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex')

const byName = (text: string): Map<string, string> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  )

/** Differences that are told one by one. */
const MOST_TOLD = 100

/** What is not the same in two lists, in words. */
export function listDifferences(before: string, now: string): string[] {
  const [old, files] = [byName(before), byName(now)]
  const told = [
    ...[...old].flatMap(([path, sha256]) => {
      const other = files.get(path)
      return other === undefined ? [`${path} is missing`] : other === sha256 ? [] : [`${path} has changed`]
    }),
    ...[...files.keys()].filter((path) => !old.has(path)).map((path) => `${path} is new`),
  ]
  if (told.length <= MOST_TOLD) return told
  return [...told.slice(0, MOST_TOLD), `and ${told.length - MOST_TOLD} more`]
}

/** Lists kept on disk by their digest: a damaged one is none. */
export interface FileLists {
  keep(text: string): Promise<void>
  read(digest: string): Promise<string | undefined>
}

const DIGEST = /^[0-9a-f]{64}$/

/** Lists in a folder, which is made when it is first used. */
export function createFileLists(folder: string): FileLists {
  return {
    async keep(text) {
      await mkdir(folder, { recursive: true })
      const draft = join(folder, `${randomUUID()}.new`)
      await writeFile(draft, text)
      await rename(draft, join(folder, digestOfText(text)))
    },
    async read(digest) {
      if (!DIGEST.test(digest)) return undefined
      const text = await readFile(join(folder, digest), 'utf8').catch(() => undefined)
      return text !== undefined && digestOfText(text) === digest ? text : undefined
    },
  }
}
