// Places for export and import: state folders with a store, made and thrown away.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { operate, operations } from '../../src/app/operate.ts'
import { toCliError } from '../../src/cli/cli-error.ts'
import type { NewEvent } from '../../src/core/events.ts'
import type { State } from '../../src/core/state.ts'
import type { Step } from '../../src/protocol/numbers.ts'
import { PointBuffer, toWirePoints } from '../../src/protocol/points.ts'
import { openStore, type Store } from '../../src/store/store.ts'

/** A run as a test compares it. */
export interface Shown {
  readonly name: string
  readonly experiment: string
  readonly status: string
  readonly started: number | null
  readonly ended: number | null
  readonly params: object
  readonly tags: object
  /** Points by key, in order of arrival. */
  readonly metrics: Readonly<Record<string, (readonly [Step, number, number])[]>>
}

export function shownRuns(store: Store): Map<string, Shown> {
  return new Map(
    [...store.state().runs.values()].map((run) => {
      const { name, experiment, status, started, ended, params, tags } = run
      const keys = [...(store.series.get(run.id)?.keys() ?? [])].sort()
      const metrics = keys.map((key) => {
        const { steps, times, values } = store.points({ owner: run.id, key, x: 'step', points: 0 })
        return [key, Array.from(values, (value, i) => [steps[i]!, times[i]!, value] as const)] as const
      })
      const shown = { name, experiment, status, started, ended, params: { ...params }, tags: { ...tags } }
      return [run.id, { ...shown, metrics: Object.fromEntries(metrics) }]
    }),
  )
}

/** A place with a config of its own. */
export interface TransferPlace {
  readonly folder: string
  readonly config: string
  readonly store: string
  /** What the store holds now. */
  runs(): Map<string, Shown>
  state(): State
  /** Writes into the store as an agent would. */
  write(events: readonly NewEvent[], points?: readonly [string, string, Step, number, number][]): void
}

const made: string[] = []
let said = ''
let warned = ''

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'transfer-'))
  made.push(folder)
  return folder
}

export function makePlace(): TransferPlace {
  const folder = makeFolder()
  const config = join(folder, 'mlops.config.json')
  writeFileSync(config, JSON.stringify({ state: 'state', watch: [] }))
  mkdirSync(join(folder, 'state'))
  const file = join(folder, 'state', 'store.db')
  let seq = 0
  const look = <T>(see: (store: Store) => T): T => {
    const store = openStore(file, { readonly: true })
    try {
      return see(store)
    } finally {
      store.close()
    }
  }
  return {
    folder,
    config,
    store: file,
    runs: () => look(shownRuns),
    state: () => look((store) => store.state()),
    write(events, rows = []) {
      const store = openStore(file)
      const buffer = new PointBuffer()
      for (const row of rows) buffer.add(...row)
      const points = buffer.take()
      const from = { agent: 'api', epoch: 'e', seq: ++seq, mark: { high: seq, beyond: [] } }
      const frame = JSON.stringify({ type: 'batch', seq, points: toWirePoints(points) })
      store.commit([{ by: 'agent:api', events, batch: { from, points, frame } }], 1000)
      store.close()
    },
  }
}

/** Listens to what commands print. */
export function listen(): void {
  said = ''
  warned = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    warned += String(text)
    return true
  })
}

export function removeAll(): void {
  vi.restoreAllMocks()
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Runs `mlops VERB ...` in this process. */
export async function command(
  ...[verb, ...argv]: string[]
): Promise<{ code: number; out: string; err: string }> {
  said = ''
  warned = ''
  const operation = operations.find(({ name }) => name === verb)!
  const code = await operate(operation, argv).catch((error) => {
    const failure = toCliError(error)
    warned += `${failure.message}; ${failure.hint}`
    return failure.code
  })
  return { code, out: said, err: warned }
}
