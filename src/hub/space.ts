// The floor of free disk space: below it the hub takes nothing, so that it can still write its own
// log, delete, and be read. A full disk would fail deletions too.
import { statfsSync } from 'node:fs'

/** Free bytes below which the hub stops taking. */
export const FLOOR_BYTES = 64 << 20
/** How long an answer of the file system is believed, ms. */
const BELIEVED_MS = 1000

/** Watches the file system of a folder. */
export interface Space {
  /** Why nothing may be taken now; undefined while there is room. */
  shortage(): string | undefined
}

const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`

/** Unknown is not none: what is written next says what is wrong. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** Free space of the file system that holds `folder`. */
export function watchSpace(folder: string, floor = FLOOR_BYTES, now = () => performance.now()): Space {
  let asked = Number.NEGATIVE_INFINITY
  let free = Infinity
  return {
    shortage() {
      if (now() - asked > BELIEVED_MS) {
        asked = now()
        free = freeBytes(folder)
      }
      if (free >= floor) return undefined
      return `only ${mebibytes(free)} free in ${folder}, below the floor of ${mebibytes(floor)}: taking nothing until there is room`
    },
  }
}
