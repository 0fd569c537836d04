// Takes the bytes of one artifact into a file of its own, synced and with its digest, within the limits.
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { ArtifactLimits } from './artifact-disk.ts'
import { invalid, MlflowError } from './errors.ts'

const MIB = 1024 * 1024
const KEEP_FREE = 256 * MIB
/** How much is written between two looks at the disk's free space, bytes. */
const LOOK_EVERY = 16 * MIB

/** A file that has been taken in whole. */
export interface Upload {
  readonly file: string
  /** SHA-256 of what it holds, hex. */
  readonly sha256: string
}

async function checkSpace(folder: string, keepFree: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= keepFree) return
  throw new MlflowError(
    'BAD_REQUEST',
    `The artifact was not stored: the disk has less than ${Math.ceil(keepFree / MIB)} MiB left. Make room, then upload it again.`,
  )
}

async function take(
  handle: FileHandle,
  folder: string,
  body: Readable,
  { maxBytes = Number.POSITIVE_INFINITY, keepFree = KEEP_FREE }: ArtifactLimits,
): Promise<string> {
  const hash = createHash('sha256')
  let size = 0
  let looked = Number.NEGATIVE_INFINITY
  // The body stays open when it is refused: who sends it must be able to read why.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes)
      throw invalid(`The artifact was not stored: it is larger than the limit of ${maxBytes} bytes.`)
    if (size - looked >= LOOK_EVERY) {
      await checkSpace(folder, keepFree)
      looked = size
    }
    hash.update(chunk)
    await handle.appendFile(chunk)
  }
  await handle.sync()
  return hash.digest('hex')
}

/** Writes a body to a new file in `folder`. Nothing is left of it when it fails or is broken off. */
export async function receive(folder: string, body: Readable, limits: ArtifactLimits): Promise<Upload> {
  const file = join(folder, randomUUID())
  const handle = await open(file, 'wx')
  try {
    const sha256 = await take(handle, folder, body, limits)
    await handle.close()
    return { file, sha256 }
  } catch (error) {
    await handle.close()
    await rm(file, { force: true })
    throw error
  }
}
