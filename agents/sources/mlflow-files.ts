// The source of MLflow's file stores (mlruns/): light until the walk of the watched folders has found one.
import type { MlflowPlaces } from './mlflow-places.ts'
import type { MlflowMemory } from './mlflow-told.ts'
import type { Source, SourceOptions } from './source.ts'

/** What the source of file stores is made with. */
export interface MlflowFilesOptions extends SourceOptions {
  /** Where the stores lie; filled while folders are walked. */
  readonly places: MlflowPlaces
  /** What other sources of MLflow data share with this one; its own without. */
  readonly memory?: () => Promise<MlflowMemory>
  /** A run that should be running, but of which nothing was written for so long, is stale. */
  readonly staleMs?: number
  /** Quiet folders are looked at this often at least. */
  readonly rescanMs?: number
}

/**
 * The source of MLflow's file stores. Cursors: `mlflow-<noun>:<id>` for what was told of each noun, `file:<path>` for
 * each file of metrics.
 */
export function createMlflowFiles(options: MlflowFilesOptions): Source {
  const { experiments, models } = options.places
  let inner: Source | undefined
  let isClosed = false
  return {
    name: 'mlflow',
    async poll(emit, now) {
      if (isClosed || (!inner && experiments.size + models.size === 0)) return false
      inner ??= await (await import('./mlflow-store.ts')).openMlflowStore(options)
      return isClosed ? false : inner.poll(emit, now)
    },
    close() {
      isClosed = true
      inner?.close()
    },
  }
}
