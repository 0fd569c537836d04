// The one oracle of all fault tests: the log files are the truth. When the faults are over, the store has
// every point of every file once, in order, with its value, and no gap that no bound forced.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogEvent } from '../../src/core/events.ts'
import { checkIntegrity } from '../../src/store/integrity.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import type { Place } from './place.ts'
import { LOGS, rowsText, valueAt } from './rows.ts'
import { until } from './until.ts'

/** What a store holds that the files do not, and the other way round. */
export interface Verdict {
  /** One sentence a difference; none when the promise was kept. */
  readonly faults: readonly string[]
  readonly points: number
}

function withStore<T>(file: string, ask: (store: Store) => T): T {
  const store = openStore(file, { readonly: true })
  try {
    return ask(store)
  } finally {
    store.close()
  }
}

/** Id of the run that a file stands for; undefined while the store has none, an error when it has two. */
function runOf(store: Store, path: string): string | undefined {
  const runs = [...store.state().runs.values()].filter((run) => run.path === path)
  if (runs.length > 1) throw new Error(`${path} is ${runs.length} runs`)
  return runs[0]?.id
}

function missing(store: Store, { logs }: Place, rows: number): string | undefined {
  for (const [file, keys] of Object.entries(LOGS)) {
    const summaries = store.series.get(runOf(store, join(logs, file)) ?? '')
    for (const key of keys) {
      const count = summaries?.get(key)?.count ?? 0
      if (count !== rows) return `${file} ${key}: ${count} points of ${rows}`
    }
  }
  return undefined
}

/** Resolves when the store has as many points of every series as its file has rows. */
export async function caughtUp(place: Place, limitMs: number, state?: () => unknown): Promise<void> {
  const behind = () => {
    try {
      return withStore(place.store, (store) => missing(store, place, place.rows()))
    } catch (error) {
      return (error as Error).message
    }
  }
  await until(
    'the store has all points',
    limitMs,
    () => behind() === undefined,
    () => `${behind()}\n${state?.()}`,
  )
}

function compareSeries(store: Store, owner: string, key: string, column: number, rows: number): string[] {
  const { steps, values } = store.points({ owner, key, x: 'step', points: 0 })
  if (values.length !== rows) return [`${values.length} points of ${rows}`]
  for (let i = 0; i < rows; i++) {
    if (Number(steps[i]) !== i) return [`point ${i} has step ${steps[i]}`]
    if (!Object.is(values[i], valueAt(column, i)))
      return [`step ${i} is ${values[i]}, not ${valueAt(column, i)}`]
  }
  return []
}

function compareFile(store: Store, place: Place, file: string): string[] {
  const path = join(place.logs, file)
  if (readFileSync(path, 'utf8') !== rowsText(file, 0, place.rows()))
    return [`${file} itself is not as written`]
  const owner = runOf(store, path)
  if (owner === undefined) return [`${file} is no run`]
  return LOGS[file]!.flatMap((key, column) =>
    compareSeries(store, owner, key, column, place.rows()).map((fault) => `${file} ${key}: ${fault}`),
  )
}

/** All events of a store of one type. */
export function eventsOf(place: Place, type: LogEvent['type']): LogEvent[] {
  return withStore(place.store, (store) =>
    store.events({ since: 0, limit: 1_000_000 }).filter((event) => event.type === type),
  )
}

/** Compares the store with the files; `gaps` allows gaps that a test forced. */
export function judge(place: Place, { gaps = false } = {}): Verdict {
  const faults = withStore(place.store, (store) =>
    Object.keys(LOGS).flatMap((file) => compareFile(store, place, file)),
  )
  faults.push(...checkIntegrity(place.store).faults)
  if (!gaps)
    faults.push(...eventsOf(place, 'agent.gap').map((event) => `a gap: ${JSON.stringify(event.data)}`))
  faults.push(...eventsOf(place, 'source.problem').map((event) => `a problem: ${JSON.stringify(event.data)}`))
  const series = Object.values(LOGS).reduce((sum, keys) => sum + keys.length, 0)
  return { faults, points: place.rows() * series }
}
