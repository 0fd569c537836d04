// The sources of MLflow data of one agent: file stores below the watched folders, and mirrors of tracking servers.
// Their code is loaded when a store is found, or a server was named.
import { mlflowUrl } from './mlflow-access.ts'
import { createMlflowFiles } from './mlflow-files.ts'
import { createMlflowPlaces } from './mlflow-places.ts'
import type { MlflowMemory } from './mlflow-told.ts'
import type { Source, SourceOptions } from './source.ts'

/** A tracking server to mirror. */
export interface MirroredServer {
  /** Its address, as in MLFLOW_TRACKING_URI. */
  readonly url: string
  /** File with one line: a token, or `user:password`. */
  readonly authFile?: string | undefined
}

/** What the sources are made with. */
export interface MlflowOptions extends SourceOptions {
  readonly servers: readonly MirroredServer[]
  /** Called when something waits to be polled. */
  readonly onReady: () => void
}

/** The sources, and the question that the walk of the watched folders asks of each with a meta.yaml. */
export interface MlflowSources {
  readonly sources: readonly Source[]
  readonly isTaken: (dirPath: string) => boolean
}

function lazyServer(
  server: MirroredServer,
  options: MlflowOptions,
  memory: () => Promise<MlflowMemory>,
): Source {
  let inner: Source | undefined
  let isClosed = false
  return {
    name: 'mlflow-server',
    async poll(emit, now) {
      if (!inner) {
        const { createMlflowServer } = await import('./mlflow-server.ts')
        const shared = await memory()
        if (isClosed) return false
        inner = createMlflowServer({ ...options, ...server, memory: shared })
      }
      return inner.poll(emit, now)
    },
    close() {
      isClosed = true
      inner?.close()
    },
  }
}

/** Makes the sources of MLflow data. Throws AccessError for an address that is none. */
export function createMlflowSources(options: MlflowOptions): MlflowSources {
  const places = createMlflowPlaces()
  const servers = options.servers.map((server) => ({ ...server, url: mlflowUrl(server.url) }))
  const urls = servers.map(({ url }) => url)
  let shared: Promise<MlflowMemory> | undefined
  const memory = () => {
    shared ??= import('./mlflow-facts.ts').then(({ recallMlflow }) => recallMlflow(options.cursors, urls))
    return shared
  }
  const files = createMlflowFiles({ ...options, places, memory })
  return {
    sources: [files, ...servers.map((server) => lazyServer(server, options, memory))],
    isTaken: places.take,
  }
}
