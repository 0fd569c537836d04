// The source of a tracking server: a mirror over HTTP. It asks beside the polls, which only take what has come, so that
// a server that is slow or away keeps no other source waiting.
import { backoff } from '../../src/protocol/backoff.ts'
import { createClient } from './mlflow-client.ts'
import { recallMlflow } from './mlflow-facts.ts'
import { createMirror, mirrorRound } from './mlflow-mirror.ts'
import type { Tell } from './mlflow-series.ts'
import { type MlflowMemory, type Teller, tellTrouble } from './mlflow-told.ts'
import type { Emit, Source, SourceOptions } from './source.ts'

/** Answers that wait to be told at most: then no more are asked for. */
const MAX_WAITING = 16
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
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** What has come and waits for the next poll. */
function createQueue(signal: AbortSignal, onReady: () => void) {
  const waiting: Waiting[] = []
  const room: (() => void)[] = []
  const tell: Tell = async (act) => {
    while (waiting.length >= MAX_WAITING) await new Promise<void>((resolve) => room.push(resolve))
    signal.throwIfAborted()
    return new Promise((done, failed) => {
      waiting.push({ act, done, failed })
      onReady()
    })
  }
  return {
    waiting,
    tell,
    /** Tells what waits, at least one answer, until the batch is full. */
    drain(teller: Teller): void {
      for (let told = 0; waiting.length > 0 && (told === 0 || !teller.emit.full()); told++) {
        const { act, done, failed } = waiting.shift()!
        try {
          act(teller)
          done()
        } catch (error) {
          failed(error)
        }
      }
      for (const go of room.splice(0)) go()
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
      await mirrorRound(mirror, isFull, queue.tell)
      failures = 0
      if (isFull) fullDue = now + FULL_MS
    } catch (error) {
      trouble = (error as Error).message
      failures++
    }
    if (signal.aborted) return
    due = now + (failures === 0 ? intervalMs : backoff(failures - 1, intervalMs, MAX_PAUSE_MS))
    await queue.tell((teller) => tellTrouble(teller, agent, url, trouble))
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
      return queue.waiting.length > 0
    },
    close() {
      closing.abort(new Error('closed'))
      for (const { failed } of queue.waiting.splice(0)) failed(new Error('closed'))
    },
  }
}
