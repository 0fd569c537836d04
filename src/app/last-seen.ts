// What this user had seen of each hub when a console ended: where "since you left" begins.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { userState } from './place.ts'

/** The end of what was seen. */
export interface LastSeen {
  /** Sequence number of the last event. */
  readonly seq: number
  /** Unix ms when the console ended. */
  readonly at: number
}

/** Hubs remembered, those left last. */
const MOST_HUBS = 100

const fileIn = (state: string) => join(state, 'last-seen.json')

function isSeen(raw: unknown): raw is LastSeen {
  if (typeof raw !== 'object' || raw === null || !('seq' in raw) || !('at' in raw)) return false
  return Number.isSafeInteger(raw.seq) && (raw.seq as number) >= 0 && Number.isSafeInteger(raw.at)
}

/** All that is remembered; a file that is damaged or not there remembers nothing. */
function readAll(state: string): Map<string, LastSeen> {
  try {
    const raw: unknown = JSON.parse(readFileSync(fileIn(state), 'utf8'))
    return new Map(
      Object.entries(raw as object).filter((entry): entry is [string, LastSeen] => isSeen(entry[1])),
    )
  } catch {
    return new Map()
  }
}

/** What was seen of a hub, by the name of its store (`link.status().hub`). */
export const readLastSeen = (hub: string, state = userState()): LastSeen | undefined =>
  readAll(state).get(hub)

/** Remembers it; readable by the user only, and whole or not at all. Throws where the disk does not take it. */
export function writeLastSeen(hub: string, seen: LastSeen, state = userState()): void {
  const all = readAll(state).set(hub, seen)
  const kept = [...all].sort(([, a], [, b]) => b.at - a.at).slice(0, MOST_HUBS)
  const file = fileIn(state)
  const half = `${file}.${process.pid}.part`
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(half, `${JSON.stringify(Object.fromEntries(kept))}\n`, { mode: 0o600 })
    renameSync(half, file)
  } finally {
    rmSync(half, { force: true })
  }
}
