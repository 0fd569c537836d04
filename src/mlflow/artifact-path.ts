// Paths of artifacts from outside: what may become a path on a disk, and what never does.
import { cleanText } from '../protocol/text.ts'
import { invalid } from './errors.ts'
import { echo } from './names.ts'

/** Longest path, and longest part between slashes, bytes of UTF-8. A file system takes 255 a part; ours adds to some. */
const MAX_PATH = 2048
const MAX_PART = 240
/** How often a path may be percent-encoded over and over before it is refused. */
const MAX_ENCODINGS = 5

const bytes = (text: string): number => Buffer.byteLength(text)

function problem(path: string): string | undefined {
  if (path === '') return 'it is empty'
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'it is absolute'
  if (/[\\#]/.test(path)) return 'it contains a backslash or #'
  if (cleanText(path) !== path && bytes(path) <= MAX_PATH) return 'it has characters that cannot be shown'
  if (bytes(path) > MAX_PATH) return `it is longer than ${MAX_PATH} bytes`
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return "it has an empty part, '.' or '..'"
  return parts.some((part) => bytes(part) > MAX_PART) ? `a part is longer than ${MAX_PART} bytes` : undefined
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/**
 * Checks a path that has been decoded once: relative, no `..`, nothing a file system or terminal could take for more
 * than a name, nor after decoding it again and again. Returns it; throws MlflowError (400) otherwise.
 */
export function safePath(path: string): string {
  let form = path
  for (let round = 0; ; round++) {
    const found = round > MAX_ENCODINGS ? 'it is percent-encoded too often' : problem(form)
    if (found) throw invalid(`Invalid path '${echo(path)}': ${found}`)
    const next = decoded(form)
    if (next === form) return path
    form = next
  }
}

/** Reads a path out of a URL: percent-decoded once, then checked. */
export function safeUrlPath(encoded: string): string {
  try {
    return safePath(decodeURIComponent(encoded))
  } catch (error) {
    if (error instanceof URIError)
      throw invalid(`Invalid path '${echo(encoded)}': its percent-encoding is not valid`)
    throw error
  }
}
