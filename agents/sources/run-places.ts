// Where the logs of runs lie: beside which settings, and in the folder of which job.
import path from 'node:path'

/** What is needed of a run. */
interface Placed {
  readonly id: string
  readonly directory: string
}

/** An index of runs by directory and by job. */
export interface RunPlaces<R extends Placed> {
  add(run: R): void
  /** Notes that a folder is that of one job; runs already known move there. */
  addJob(folder: string): void
  in(directory: string): readonly R[]
  ofJob(folder: string): readonly R[]
  /** Grows with each run that is added, and each job. */
  revision(): number
}

/** Makes an empty index. */
export function createRunPlaces<R extends Placed>(): RunPlaces<R> {
  const byDirectory = new Map<string, Map<string, R>>()
  const byJob = new Map<string, R[]>()
  /** A job came: some runs may be its. */
  let isStale = false
  let revision = 0

  /** The nearest job folder at or above a directory. */
  function jobAt(directory: string): R[] | undefined {
    for (let at = directory; ; at = path.dirname(at)) {
      const job = byJob.get(at)
      if (job || at === path.dirname(at)) return job
    }
  }

  function sortAnew(): void {
    isStale = false
    for (const job of byJob.values()) job.length = 0
    for (const runs of byDirectory.values()) for (const run of runs.values()) jobAt(run.directory)?.push(run)
  }

  return {
    add(run) {
      const beside = byDirectory.get(run.directory) ?? new Map<string, R>()
      byDirectory.set(run.directory, beside)
      if (!beside.has(run.id)) {
        jobAt(run.directory)?.push(run)
        revision++
      }
      beside.set(run.id, run)
    },
    addJob(folder) {
      if (byJob.has(folder)) return
      byJob.set(folder, [])
      isStale = true
      revision++
    },
    revision: () => revision,
    in: (directory) => [...(byDirectory.get(directory)?.values() ?? [])],
    ofJob(folder) {
      if (isStale) sortAnew()
      return byJob.get(folder) ?? []
    },
  }
}
