// The append-only event log and the snapshot of what it folds to.
import { apply } from '../core/apply.ts'
import type { LogEvent, NewEvent } from '../core/events.ts'
import { emptyState, type State } from '../core/state.ts'
import type { EventQuery } from '../core/world.ts'
import type { Database } from './database.ts'

/** Questions about events. Appending happens inside the caller's transaction. */
export interface EventLog {
  /** Folded from the snapshot and all later events. */
  load(): State
  /** Gives each event the next sequence number and writes it. */
  append(events: readonly NewEvent[], by: string): LogEvent[]
  read(query: EventQuery): LogEvent[]
  /** Forgets numbers given since `seq` was `to`: their transaction was rolled back. */
  rewind(to: number): void
  /** Last sequence number given. */
  seq(): number
  saveSnapshot(state: State): void
}

interface Row {
  seq: number
  at: number
  type: string
  about: string
  by: string
  data: string
}

const fromRow = (row: Row): LogEvent => ({ ...row, data: JSON.parse(row.data) }) as LogEvent

function toBody({ hosts, runs, problems }: State): string {
  return JSON.stringify({ hosts: [...hosts], runs: [...runs], problems: [...problems] })
}

function fromBody(seq: number, body: string): State {
  const { hosts, runs, problems } = JSON.parse(body)
  return { seq, hosts: new Map(hosts), runs: new Map(runs), problems: new Map(problems) }
}

/** The event log of an open database. */
export function eventLog(db: Database): EventLog {
  const insert = db.prepare('insert into events values (?, ?, ?, ?, ?, ?)')
  const after = db.prepare('select * from events where seq > ? order by seq limit ?')
  const about = db.prepare('select * from events where seq > ? and about = ? order by seq limit ?')
  let seq = (db.prepare('select max(seq) from events').pluck().get() as number | null) ?? 0
  const read = (query: EventQuery) => {
    const rows =
      query.about === undefined
        ? after.all(query.since, query.limit)
        : about.all(query.since, query.about, query.limit)
    return (rows as Row[]).map(fromRow)
  }
  return {
    read,
    seq: () => seq,
    rewind: (to) => {
      seq = to
    },
    load() {
      const saved = db.prepare('select seq, body from snapshot').get() as
        | { seq: number; body: string }
        | undefined
      let state = saved ? fromBody(saved.seq, saved.body) : emptyState
      for (let page = read({ since: state.seq, limit: 5000 }); page.length > 0; ) {
        state = apply(state, page)
        page = read({ since: state.seq, limit: 5000 })
      }
      return state
    },
    append(events, by) {
      return events.map((event) => {
        seq++
        insert.run(seq, event.at, event.type, event.about, by, JSON.stringify(event.data))
        return { ...event, seq, by }
      })
    },
    saveSnapshot(state) {
      db.prepare('insert or replace into snapshot values (1, ?, ?)').run(state.seq, toBody(state))
    },
  }
}
