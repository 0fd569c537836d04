// One folder of a file store that is looked at again and again: an experiment, a run, a model.
import { lstatSync } from 'node:fs'
import path from 'node:path'
import { type Look, tellProblem } from './log-file.ts'
import { type Meta, readMeta, stampOf } from './mlflow-meta.ts'
import { META } from './mlflow-places.ts'
import { otherHome, type Teller } from './mlflow-told.ts'
import type { Watched } from './pace.ts'
import { describeFailure } from './walk.ts'

/** A meta.yaml that is missing or torn for so long (ms) is a problem; before, it may be being written. */
const TORN_MS = 5000

/** What a visit of a folder needs. */
export interface Visit extends Teller, Look {
  /** Adds a folder that was found below the one that is visited. */
  readonly add: (dirPath: string, open: () => StoreNode) => void
  /** A run of which nothing was written for so long is stale, ms. */
  readonly staleMs: number
}

/** A folder of a store. */
export interface StoreNode extends Watched {
  /** Number of files that a look at it costs. */
  weight(): number
  /** When it is to be visited whatever its pace, Unix ms: -Infinity where more can be read at once; asked after each visit. */
  waitsFor?(): number
  /** Tells what is new in it; `gone` when the folder is no more. */
  visit(visit: Visit): 'gone' | 'same' | 'changed'
}

/** A node that has not been visited. */
export const fresh = (): Watched => ({ checked: Number.NEGATIVE_INFINITY, changed: 0 })

/** A meta.yaml that is read when it changed. */
export interface MetaFile {
  /** Its fields as last read; undefined while it cannot be read. */
  readonly fields: Meta | undefined
  /** Reads it where it changed: `changed`, `same`, or `missing` when it is not there or cannot be read. */
  look(dirPath: string, visit: Visit): 'changed' | 'same' | 'missing'
}

function isTorn(metaPath: string): boolean {
  const stat = lstatSync(metaPath, { throwIfNoEntry: false }) ?? lstatSync(path.dirname(metaPath))
  return Date.now() - stat.mtimeMs > TORN_MS
}

/** Watches the meta.yaml of a folder; tells once what is wrong with it. */
export function watchMeta(): MetaFile {
  let fields: Meta | undefined
  let stamp: string | undefined
  return {
    get fields() {
      return fields
    },
    look(dirPath, visit) {
      const metaPath = path.join(dirPath, META)
      const now = stampOf(metaPath)
      if (now !== undefined && now === stamp) return fields ? 'same' : 'missing'
      try {
        if (now === undefined) throw new Error('is missing')
        const read = readMeta(metaPath)
        tellProblem(visit, visit.agent, metaPath, undefined)
        stamp = now
        fields = read
        return 'changed'
      } catch (error) {
        if (isTorn(metaPath)) {
          stamp = now
          tellProblem(visit, visit.agent, metaPath, describeFailure(error))
        }
        return 'missing'
      }
    },
  }
}

/** True where a noun was told from another place that still has it: its points must not come twice. */
export function isTwin(visit: Visit, key: string, dirPath: string): boolean {
  const other = otherHome(visit, key, dirPath)
  tellProblem(visit, visit.agent, dirPath, other && `is there twice: ${other} is the one that is read`)
  return other !== undefined
}
