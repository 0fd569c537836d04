// How full a file system is. A dead network mount can hold statfs for ever, so nobody waits long for it.
import { statfs } from 'node:fs/promises'
import { percent } from './rates.ts'

/** Longest wait for the file system, ms. */
const PATIENCE = 500

/** What came of one look: percent used; or why it is not known, null while an earlier look still hangs. */
export type DiskSpace = { readonly used: number | undefined } | { readonly problem: string | null }

/**
 * Makes a reader of the share of the file system at `path` that is used, in percent, as `df` counts it:
 * used / (used + what is left for everybody), without the blocks reserved for root.
 */
export function diskSpace(path: string, stat: typeof statfs = statfs): () => Promise<DiskSpace> {
  let pending: Promise<DiskSpace> | undefined
  async function look(): Promise<DiskSpace> {
    try {
      const { blocks, bfree, bavail } = await stat(path)
      return { used: percent(blocks - bfree, blocks - bfree + bavail) }
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) }
    }
  }
  return async () => {
    if (pending) return { problem: null }
    pending = look().finally(() => {
      pending = undefined
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<DiskSpace>((resolve) => {
      timer = setTimeout(() => resolve({ problem: 'the file system does not answer' }), PATIENCE)
    })
    const space = await Promise.race([pending, late])
    clearTimeout(timer)
    return space
  }
}
