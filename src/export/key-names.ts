// Keys and ids as names of files: what MLflow itself takes stays as it is, the rest is escaped so that no name leaves
// its folder, none is refused by MLflow when it is read, and no two meet.
import { createHash } from 'node:crypto'

/** Longest key that MLflow reads, UTF-16 units. */
const MAX_KEY = 250
/** Longest name of a file, bytes. */
const MAX_BYTES = 255

const NOT_ALLOWED = /[^/\p{L}\p{N}_.\- :]/gu
const ID = /^[A-Za-z0-9][\w-]{0,127}$/
/** Folders of an experiment and of a store that mean something else. */
const RESERVED = new Set(['tags', 'datasets', 'traces', 'models'])

const mark = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32)

/** An id as the name of a folder: itself, or 32 digits that follow from it. */
export const folderOf = (id: string): string => (ID.test(id) && !RESERVED.has(id) ? id : mark(id))

/** The beginning of a text that is marked by its digest. */
const begin = (text: string) =>
  text
    .slice(0, 50)
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')

function segment(text: string): string {
  if (text === '') return '_'
  const safe = /^\.{1,2}$/.test(text) ? text.replaceAll('.', '_') : text
  return Buffer.byteLength(safe) > MAX_BYTES ? `${begin(safe)}-${mark(safe)}` : safe
}

/** The name of a key's file, slashes for folders; another key may have it too. */
function escaped(key: string): string {
  const path = key.replace(NOT_ALLOWED, '_').split('/').map(segment).join('/').replace(/^\.\./, '__')
  return path.length > MAX_KEY ? `${begin(path)}-${mark(key)}` : path
}

function foldersOf(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'))
}

/** Names of files below one folder. */
function createNames() {
  const files = new Set<string>()
  const folders = new Set<string>()
  return {
    isFree: (name: string) =>
      !files.has(name) && !folders.has(name) && !foldersOf(name).some((folder) => files.has(folder)),
    take(name: string): void {
      files.add(name)
      for (const folder of foldersOf(name)) folders.add(folder)
    },
  }
}

/**
 * Names of the files of keys that share a folder, slashes for folders below it. Each is as MLflow reads it back; a key
 * that cannot be a file (`a` beside `a/b`, `..`, control characters) has another name than itself.
 */
export function fileNames(keys: Iterable<string>): ReadonlyMap<string, string> {
  const names = createNames()
  const found = new Map<string, string>()
  // The longest first: of `a` and `a/b` the second keeps its name.
  const sorted = [...new Set(keys)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  const isPlain = (key: string) => escaped(key) === key
  const give = (key: string, name: string) => {
    names.take(name)
    found.set(key, name)
  }
  for (const key of sorted.filter(isPlain)) if (names.isFree(key)) give(key, key)
  for (const key of sorted) {
    if (found.has(key)) continue
    const name = escaped(key)
    const marked = `${begin(name)}-${mark(key).slice(0, 8)}`
    give(key, !isPlain(key) && names.isFree(name) ? name : names.isFree(marked) ? marked : mark(key))
  }
  return found
}
