// Small files of an MLflow file store: a meta.yaml, folders whose files are named texts. Read only when they changed.
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import type { Texts } from '../../src/core/registry-state.ts'
import { parseYaml } from './yaml-params.ts'

/** Longest file that is read, bytes; a param of MLflow holds 6000 characters, a schema 1 MiB at most. */
const MAX_BYTES = 1 << 20
/** Longest texts of one folder together, UTF-16 units: they go in one event. */
const MAX_TEXTS = 400_000
/** Most files of one folder, and deepest folder (keys hold slashes). */
const MAX_FILES = 10_000
const MAX_DEPTH = 8
/** A file may change twice within the clock of its file system, ms. */
const CLOCK_MS = 2000

/** Reads a regular file, no link. Throws what the system says. */
export function readSmall(filePath: string): string {
  const fd = openSync(filePath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw new Error('is no regular file')
    if (stat.size > MAX_BYTES) throw new Error('longer than 1 MiB')
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

/** Fields of a meta.yaml, all leaves as text. */
export type Meta = Readonly<Record<string, unknown>>

/** Reads a meta.yaml. Throws an Error that says in words why it cannot be read. */
export function readMeta(filePath: string): Meta {
  const text = readSmall(filePath)
  let value: unknown
  try {
    value = parseYaml(text)
  } catch (error) {
    throw new Error(`no YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(text.trim() === '' ? 'is empty' : 'holds no fields')
  return value as Meta
}

/** A field that is a text; undefined where it is missing or null. */
export function textOf(meta: Meta, name: string): string | undefined {
  const value = Object.hasOwn(meta, name) ? meta[name] : undefined
  return typeof value === 'string' && value !== '' && value !== 'null' && value !== '~' ? value : undefined
}

/** A field that is a whole number. */
export function wholeOf(meta: Meta, name: string): number | undefined {
  const text = textOf(meta, name)
  const value = text !== undefined && /^[+-]?\d{1,16}$/.test(text) ? Number(text) : undefined
  return Number.isSafeInteger(value) ? value : undefined
}

/** A field that is a time in Unix ms; null where there is none. */
export function timeOf(meta: Meta, name: string): number | null {
  const value = wholeOf(meta, name)
  return value !== undefined && Math.abs(value) <= 8.64e15 ? value : null
}

/** Fingerprint of a file as its directory has it: undefined when it is not there, another one while it may still change. */
export function stampOf(filePath: string): string | undefined {
  const stat = lstatSync(filePath, { throwIfNoEntry: false })
  if (!stat) return undefined
  const isFresh = Math.abs(Date.now() - stat.mtimeMs) < CLOCK_MS
  return `${stat.mtimeMs} ${stat.size} ${stat.ino}${isFresh ? ` ${Date.now()}` : ''}`
}

function list(dirPath: string, prefix: string, depth: number, found: string[]): void {
  let entries: ReturnType<typeof readEntries>
  try {
    entries = readEntries(dirPath)
  } catch {
    return
  }
  for (const entry of entries) {
    if (found.length >= MAX_FILES) return
    const key = prefix + entry.name
    if (entry.isFile()) found.push(key)
    else if (entry.isDirectory() && depth < MAX_DEPTH)
      list(path.join(dirPath, entry.name), `${key}/`, depth + 1, found)
  }
}

const readEntries = (dirPath: string) => readdirSync(dirPath, { withFileTypes: true })

/** Keys of the files in a folder and below it (`train/loss`), sorted; none when there is no such folder. */
export function keysIn(dirPath: string): string[] {
  const found: string[] = []
  list(dirPath, '', 0, found)
  return found.sort()
}

/** A folder whose files are named texts. */
export interface TextFolder {
  /** Number of its files when they were last looked at. */
  readonly count: number
  /** The texts, where anything of them changed since the last call. */
  changed(): Texts | undefined
}

function readTexts(dirPath: string, keys: readonly string[]): Texts {
  const texts: [string, string][] = []
  let length = 0
  for (const key of keys) {
    try {
      // Made by hand a file may end with a newline; MLflow writes none.
      const text = readSmall(path.join(dirPath, key)).replace(/\r?\n$/, '')
      length += key.length + text.length
      if (length > MAX_TEXTS) break
      texts.push([key, text])
    } catch {
      // Gone meanwhile, or none of MLflow's.
    }
  }
  return Object.fromEntries(texts)
}

/** Watches a folder of named texts (params, tags, aliases). */
export function watchTexts(dirPath: string): TextFolder {
  let print = -1
  let count = 0
  return {
    get count() {
      return count
    },
    changed() {
      const keys = keysIn(dirPath)
      count = keys.length
      const now = crc32(keys.map((key) => `${key}\n${stampOf(path.join(dirPath, key))}`).join('\n'))
      if (now === print) return undefined
      print = now
      return readTexts(dirPath, keys)
    },
  }
}
