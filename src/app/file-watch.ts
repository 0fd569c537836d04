// Tells when a file was written, also where an editor puts another one in its place.
import { type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'

/** How often it is looked at, ms. */
const LOOK_MS = 1_000

const stampOf = ({ mtimeMs, size, ino }: Stats): string => `${mtimeMs} ${size} ${ino}`

function stampNow(file: string): string | undefined {
  try {
    return stampOf(statSync(file))
  } catch {
    return undefined
  }
}

/** Calls `changed` after each change of a file that is there; returns the way to stop. Keeps no process alive. */
export function watchFile(file: string, changed: () => void, everyMs = LOOK_MS): () => void {
  let known = stampNow(file)
  let looking = false
  const look = async (): Promise<void> => {
    if (looking) return
    looking = true
    const found = await stat(file).then(stampOf, () => undefined)
    looking = false
    if (found === known || stopped) return
    known = found
    if (found !== undefined) changed()
  }
  let stopped = false
  const timer = setInterval(() => void look(), everyMs).unref()
  return () => {
    stopped = true
    clearInterval(timer)
  }
}
