// The source of a tracking server: a mirror over HTTP. It asks beside the polls, which only take what has come, so that
// a server that is slow or away keeps no other source waiting.
import { backoff } from '../../src/protocol/backoff.ts'
import { createClient } from './mlflow-client.ts'
import { recallMlflow } from './mlflow-facts.ts'
import { createMirror, mirrorRound } from './mlflow-mirror.ts'
import { type MlflowMemory, type Teller, tellTrouble } from './mlflow-told.ts'
import type { Emit, Source, SourceOptions } from './source.ts'

/** Answers, and points in them, that wait to be told at most: then no more are asked for. */
const MAX_WAITING = 1000
const MAX_POINTS = 50_000
/** Longest pause after failures, and time between two rounds that ask for all runs, ms. */
const MAX_PAUSE_MS = 300_000
const FULL_MS = 600_000

/** What a mirror is made with. */
export interface MlflowServerOptions extends SourceOptions {
  /** Address of the server, as `mlflowUrl` gives it. */
  readonly url: string
  /** File with one line: a token, or `user:password`; read for each question. */
  readonly authFile?: string | undefined
  /** Time between two rounds, ms. */
  readonly intervalMs?: number
  /** Longest wait for one answer, ms. */
  readonly timeoutMs?: number
  /** What other sources of MLflow data share with this one; its own without. */
  readonly memory?: MlflowMemory
  /** Called when something waits to be polled, and when a round is over. */
  readonly onReady?: () => void
}

/** The source of a tracking server. */
export interface MlflowServer extends Source {
  /** True while a round is under way. */
  readonly isBusy: boolean
}

interface Waiting {
  readonly act: (teller: Teller) => void
  readonly points: number
}

/** What has come and waits for the next polls. */
function createQueue(signal: AbortSignal, onReady: () => void) {
  let waiting: Waiting[] = []
  let points = 0
  let failure: unknown
  let moved: (() => void)[] = []
  const isFull = () => waiting.length >= MAX_WAITING || points >= MAX_POINTS

  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue() && failure === undefined && !signal.aborted)
      await new Promise<void>((resolve) => moved.push(resolve))
    signal.throwIfAborted()
    if (failure !== undefined) throw failure
  }
  function move(): void {
    const waiters = moved
    moved = []
    for (const go of waiters) go()
  }

  return {
    move,
    size: () => waiting.length,
    /** Forgets what waits, and that something failed. */
    clear(): void {
      waiting = []
      points = 0
      failure = undefined
    },
    async give(act: Waiting['act'], count = 0): Promise<void> {
      await until(() => !isFull())
      waiting.push({ act, points: count })
      points += count
      onReady()
    },
    taken: () => until(() => waiting.length === 0),
    /** Tells what waits, one thing at least, until the batch is full. */
    drain(teller: Teller): void {
      for (let told = 0; waiting.length > 0 && (told === 0 || !teller.emit.full()); told++) {
        const next = waiting.shift()!
        points -= next.points
        try {
          next.act(teller)
        } catch (error) {
          // What would come behind it belongs to it.
          waiting = []
          points = 0
          failure = error
        }
      }
      move()
    },
  }
}

/** The source of a tracking server. Cursors: those of the nouns (`mlflow-...`), `mlflow-series:<run>/<key>` for metrics. */
export function createMlflowServer(options: MlflowServerOptions): MlflowServer {
  const { agent, url, authFile, timeoutMs, intervalMs = 10_000, onReady = () => {} } = options
  const closing = new AbortController()
  const { signal } = closing
  const memory = options.memory ?? recallMlflow(options.cursors, [url])
  const client = createClient({ url, authFile, signal, ...(timeoutMs !== undefined && { timeoutMs }) })
  const mirror = createMirror(url, client, memory)
  const queue = createQueue(signal, onReady)
  let round: Promise<void> | undefined
  let due = Number.NEGATIVE_INFINITY
  let fullDue = Number.NEGATIVE_INFINITY
  let failures = 0

  async function run(now: number): Promise<void> {
    const isFull = now >= fullDue || now < fullDue - FULL_MS
    let trouble: string | undefined
    try {
      queue.clear()
      await mirrorRound(mirror, isFull, queue)
      await queue.taken()
      failures = 0
      if (isFull) fullDue = now + FULL_MS
    } catch (error) {
      trouble = (error as Error).message
      failures++
      // What came before the trouble is told still.
      await queue.taken().catch(() => queue.clear())
    }
    if (signal.aborted) return
    due = now + (failures === 0 ? intervalMs : backoff(failures - 1, intervalMs, MAX_PAUSE_MS))
    await queue.give((teller) => tellTrouble(teller, agent, url, trouble))
    await queue.taken()
  }

  function begin(now: number): void {
    round = run(now)
      .catch(() => {})
      .finally(() => {
        round = undefined
        onReady()
      })
  }

  return {
    name: 'mlflow-server',
    get isBusy() {
      return round !== undefined
    },
    async poll(emit: Emit, now: number) {
      if (signal.aborted) return false
      if (!round && (now >= due || now < due - MAX_PAUSE_MS)) begin(now)
      queue.drain({ ...memory, emit, now })
      return queue.size() > 0
    },
    close() {
      closing.abort(new Error('closed'))
      queue.clear()
      queue.move()
    },
  }
}
