// The append-only event log and the snapshot of what it folds to.
import { apply } from '../core/apply.ts'
import type { LogEvent, NewEvent } from '../core/events.ts'
import { emptyState, type State } from '../core/state.ts'
import type { EventQuery } from '../core/world.ts'
import { TABLES } from '../protocol/tables.ts'
import type { Database } from './database.ts'
import { noteDamage, sound } from './row-checks.ts'

/** Questions about events. Appending happens inside the caller's transaction. */
export interface EventLog {
  /** Folded from the snapshot and all later events. */
  load(): State
  /** Gives each event the next sequence number and writes it; `stored` is Unix ms now. */
  append(events: readonly NewEvent[], by: string, stored: number): LogEvent[]
  read(query: EventQuery): LogEvent[]
  /** Forgets numbers given since `seq` was `to`: their transaction was rolled back. */
  rewind(to: number): void
  /** Last sequence number given. */
  seq(): number
  /**
   * The newest event that was stored at or before `time`, Unix ms; 0 before the first one. Where the hub's clock
   * went back, the latest time counts, then the highest number.
   */
  seqAt(time: number): number
  /** When an event was stored, Unix ms; undefined when there is none with this number. */
  storedAt(seq: number): number | undefined
  saveSnapshot(state: State): void
}

interface Row {
  seq: number
  at: number
  type: string
  about: string
  by: string
  data: string
  sound: number
}

const fromRow = ({ sound: _, ...row }: Row): LogEvent => ({ ...row, data: JSON.parse(row.data) }) as LogEvent

const toBody = (state: State): string =>
  JSON.stringify(Object.fromEntries(TABLES.map((table) => [table, [...state[table]]])))

function fromBody(seq: number, body: string): State {
  const saved = JSON.parse(body)
  const tables = Object.fromEntries(TABLES.map((table) => [table, new Map(saved[table])]))
  return { ...emptyState, ...tables, seq }
}

function isSound(db: Database, { seq, sound }: Row): boolean {
  if (sound === 0) noteDamage(db, `event ${seq} is damaged and left out`)
  return sound !== 0
}

const COLUMNS = 'seq, at, type, about, by, data'

/** The event log of an open database. */
export function eventLog(db: Database): EventLog {
  const insert = db.prepare(`insert into events (${COLUMNS}, stored) values (?, ?, ?, ?, ?, ?, ?)`)
  const after = db.prepare(
    `select ${COLUMNS}, ${sound('events')} as sound from events where seq > ? order by seq limit ?`,
  )
  const about = db.prepare(
    `select ${COLUMNS}, ${sound('events')} as sound from events where seq > ? and about = ? order by seq limit ?`,
  )
  const at = db
    .prepare('select seq from events where stored <= ? order by stored desc, seq desc limit 1')
    .pluck()
  const when = db.prepare('select stored from events where seq = ?').pluck()
  let seq = (db.prepare('select max(seq) from events').pluck().get() as number | null) ?? 0
  const read = (query: EventQuery) => {
    const rows =
      query.about === undefined
        ? after.all(query.since, query.limit)
        : about.all(query.since, query.about, query.limit)
    return (rows as Row[]).filter((row) => isSound(db, row)).map(fromRow)
  }
  return {
    read,
    seq: () => seq,
    seqAt: (time) => (at.get(time) as number | undefined) ?? 0,
    storedAt: (wanted) => when.get(wanted) as number | undefined,
    rewind: (to) => {
      seq = to
    },
    load() {
      // A damaged one is not needed: the log has it all.
      const saved = db.prepare(`select seq, body from snapshot where ${sound('snapshot')}`).get() as
        | { seq: number; body: string }
        | undefined
      let state = saved ? fromBody(saved.seq, saved.body) : emptyState
      for (let from = state.seq; from < seq; from += 5000)
        state = apply(
          state,
          read({ since: from, limit: 5000 }).filter((event) => event.seq <= from + 5000),
        )
      return { ...state, seq }
    },
    append(events, by, stored) {
      return events.map((event) => {
        seq++
        insert.run(seq, event.at, event.type, event.about, by, JSON.stringify(event.data), stored)
        return { ...event, seq, by }
      })
    },
    saveSnapshot(state) {
      db.prepare('insert or replace into snapshot (id, seq, body) values (1, ?, ?)').run(
        state.seq,
        toBody(state),
      )
    },
  }
}
