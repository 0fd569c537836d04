// What no server took: JSON lines in the working directory, as the folder source reads them.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Step } from '../../src/protocol/numbers.ts'

/** One value of a metric; `time` in Unix ms. */
export interface TrackPoint {
  readonly key: string
  readonly step: Step
  readonly time: number
  readonly value: number
}

/** The file. */
export interface Leftovers {
  /** Adds to the file; makes it first. False when the disk does not take it. */
  add(points: readonly TrackPoint[]): boolean
  /** Its path; undefined while there is none. */
  path(): string | undefined
}

const MAX_TRIES = 100

/** Rows: points of one step and time lie in one. NaN, infinities and 64-bit steps as Python writes them. */
export function rowsOf(points: readonly TrackPoint[]): string {
  const rows: string[] = []
  let open: TrackPoint | undefined
  let keys = new Set<string>()
  for (const point of points) {
    const cell = `${JSON.stringify(point.key)}:${String(point.value)}`
    if (open?.step === point.step && open.time === point.time && !keys.has(point.key)) {
      rows.push(`,${cell}`)
    } else {
      const time = new Date(point.time).toISOString()
      rows.push(`${open ? '}\n' : ''}{"step":${point.step},"time":"${time}",${cell}`)
      keys = new Set()
    }
    open = point
    keys.add(point.key)
  }
  return open ? `${rows.join('')}}\n` : ''
}

function create(folder: string, stamp: string, head: string): string {
  for (let i = 1; ; i++) {
    const path = join(folder, `mlops-track-${stamp}${i > 1 ? `-${i}` : ''}.jsonl`)
    try {
      writeFileSync(path, head, { flag: 'wx' })
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || i === MAX_TRIES) throw error
    }
  }
}

/** Makes it for a run that began at `started` (Unix ms); `params` are read when the file is made. */
export function createLeftovers(
  folder: string,
  started: number,
  params: () => Readonly<Record<string, string>>,
): Leftovers {
  const stamp = new Date(started).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  let path: string | undefined
  return {
    add(points) {
      try {
        path ??= create(folder, stamp, `${JSON.stringify({ params: params() })}\n`)
        appendFileSync(path, rowsOf(points))
        return true
      } catch {
        return false
      }
    },
    path: () => path,
  }
}
