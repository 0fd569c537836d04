// A store of 10,000 runs with 200 metrics and 100 params each on 50 hosts: two million series, written in seconds.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { NewEvent } from '../../src/core/events.ts'
import { addRowChecks } from '../../src/store/row-checks.ts'
import { openStore } from '../../src/store/store.ts'

export const HOSTS = 50
const RUNS = 200
const METRICS = 200
const PARAMS = 100
const KEYS = Array.from({ length: METRICS }, (_, m) => (m === 0 ? 'loss' : `metric/${m}`))

const runId = (host: number, run: number) => `run-${host}-${run}`

function eventsOf(host: number, at: number): NewEvent[] {
  const data = { name: `gpu-${host}`, role: 'training', version: '1', epoch: 'e' } as const
  const events: NewEvent[] = [{ type: 'host.connected', at, about: `host-${host}`, data }]
  for (let run = 0; run < RUNS; run++) {
    const about = runId(host, run)
    const [name, experiment, path] = [`resnet-${host}-${run}`, `exp-${run % 40}`, `/logs/${host}/${run}`]
    events.push({
      type: 'run.found',
      at,
      about,
      data: { name, experiment, source: 'csv', path, started: at },
    })
    const params = Object.fromEntries(
      Array.from({ length: PARAMS }, (_, i) => [`param_${i}`, String((run * i) % 97)]),
    )
    events.push({
      type: 'run.params',
      at,
      about,
      data: { params: { lr: String(10 ** -(run % 5)), ...params } },
    })
  }
  return events
}

/** Series and glances as sealing leaves them; without chunks, which lists do not read. */
function writeSeries(file: string, at: number): void {
  const db = new Database(file)
  addRowChecks(db)
  const addSeries = db.prepare('insert into series (owner, key, summary) values (?, ?, ?)')
  const addGlance = db.prepare('insert into glances (owner, key_set, facts, lasts) values (?, ?, ?, ?)')
  db.transaction(() => {
    const set = db
      .prepare('insert into key_sets (names) values (?)')
      .run(JSON.stringify(KEYS)).lastInsertRowid
    for (let host = 0; host < HOSTS; host++)
      for (let run = 0; run < RUNS; run++) {
        const time = at + run * 1000 + host
        const values = Float64Array.from(KEYS, (_, m) => 1 / (((run * 7919) % 997) + m + 1))
        for (const [m, key] of KEYS.entries()) {
          const point = `[${100 + run},${time},${values[m]}]`
          addSeries.run(runId(host, run), key, `[1,0,${point},${point},${values[m]},${values[m]}]`)
        }
        const facts = { updated: [time, 'loss'], step: [100 + run, 'loss'], bad: [] }
        addGlance.run(runId(host, run), set, JSON.stringify(facts), Buffer.from(values.buffer))
      }
  })()
  db.close()
}

/** Fills the store of a state folder. */
export function fillLargeStore(state: string): void {
  const file = join(state, 'store.db')
  const at = Date.now() - 86_400_000
  const store = openStore(file)
  for (let host = 0; host < HOSTS; host++)
    store.commit([{ by: `agent:host-${host}`, events: eventsOf(host, at) }])
  store.close()
  writeSeries(file, at)
}
