// Stores that older builds wrote open, keep everything, and learn what is new.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPast } from '../../src/store/past.ts'
import { openStore } from '../../src/store/store.ts'

/** The tables as schema 1 had them; written out here so that no later edit can change the past. */
const SCHEMA_1 = `
  create table meta (key text primary key, value text not null) strict;
  create table events (
    seq integer primary key, at integer not null, type text not null, about text not null,
    by text not null, data text not null) strict;
  create index events_about on events (about, seq);
  create table snapshot (id integer primary key check (id = 1), seq integer not null, body text not null) strict;
  create table agents (agent text not null, epoch text not null, high integer not null, primary key (agent, epoch)) strict;
  create table log (id integer primary key, generation integer not null, body text not null) strict;
  create table series (
    id integer primary key, owner text not null, key text not null, summary text not null, unique (owner, key)) strict;
  create table chunks (
    id integer primary key, series integer not null, generation integer not null,
    tier integer not null default 0, count integer not null,
    min_step real not null, max_step real not null, min_time real not null, max_time real not null,
    body blob not null) strict;
  create index chunks_series on chunks (series, id);
  insert into meta values ('store', 'cafe');
  insert into agents values ('h', 'e', 7);
  pragma user_version = 1;`

const EVENTS = [
  [1000, 'host.connected', 'h', 'hub', { name: 'gpu', role: 'training', version: '1', epoch: 'e' }],
  [
    2000,
    'run.found',
    'r',
    'agent:h',
    { name: 'run', experiment: 'x', source: 'csv', path: '/r', started: 1500 },
  ],
  [3000, 'run.params', 'r', 'agent:h', { params: { lr: '0.1' } }],
  [4000, 'source.problem', 'h', 'agent:h', { source: 'csv', path: '/p', problem: 'bad', count: 1 }],
  [5000, 'source.problem', 'h', 'agent:h', { source: 'csv', path: '/p', problem: 'bad', count: 2 }],
  [6000, 'run.status', 'r', 'agent:h', { status: 'finished' }],
] as const

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migration-'))
  file = join(folder, 'store.db')
  const db = new Database(file)
  db.exec(SCHEMA_1)
  const insert = db.prepare('insert into events values (?, ?, ?, ?, ?, ?)')
  for (const [i, [at, type, about, by, data]] of EVENTS.entries())
    insert.run(i + 1, at, type, about, by, JSON.stringify(data))
  const frame = {
    points: { series: [['r', 'loss']], counts: [2], steps: [0, 1], times: [2000, 2100], values: [1, 0.5] },
  }
  db.prepare('insert into log (generation, body) values (1, ?)').run(JSON.stringify(frame))
  // A snapshot of an older fold: it says nothing of what the fold has learnt since.
  const run = { id: 'r', host: 'h', name: 'run', status: 'running' }
  const body = { hosts: [], runs: [['r', run]], problems: [['h:/p', { id: 'h:/p', at: 5000 }]] }
  db.prepare('insert into snapshot values (1, 5, ?)').run(JSON.stringify(body))
  db.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a store of schema 1', () => {
  test('opens with its name, events, state, points and high-water marks', () => {
    const store = openStore(file)
    expect([store.id, store.mark('h', 'e')]).toEqual(['cafe', { high: 7, beyond: [] }])
    const events = store.events({ since: 0, limit: 100 })
    expect(events.map(({ at, type, about, by, data }) => [at, type, about, by, data])).toEqual(EVENTS)
    expect(store.state().runs.get('r')).toMatchObject({
      params: { lr: '0.1' },
      status: 'finished',
      ended: 6000,
    })
    expect(store.state().hosts.get('h')).toMatchObject({ name: 'gpu', online: true })
    expect(store.state().problems.get('h:/p')).toMatchObject({ since: 4000, at: 5000, count: 2 })
    expect([...store.points({ owner: 'r', key: 'loss', x: 'step', points: 0 }).values]).toEqual([1, 0.5])
    store.close()
  })

  test('can look back by the times its events had', async () => {
    const store = openStore(file)
    const { state, series } = await openPast(store).worldAt(3500)
    expect(state.seq).toBe(3)
    expect(state.runs.get('r')).toMatchObject({ params: { lr: '0.1' }, status: 'idle' })
    expect(series.get('r')?.get('loss')).toMatchObject({ count: 2 })
    store.close()
  })

  test('takes new events behind the old ones, and keeps them over a restart', () => {
    const store = openStore(file)
    const data = { opened: 4000, note: 'mine' }
    store.commit(
      [{ by: 'user:ada', events: [{ type: 'alert.acknowledged', at: 9, about: 'x', data }] }],
      7000,
    )
    store.close()
    const again = openStore(file)
    expect(again.state().acks.get('x')).toMatchObject({ by: 'ada', opened: 4000, note: 'mine' })
    expect([again.seqAt(6999), again.seqAt(7000), again.storedAt(7)]).toEqual([6, 7, 7000])
    again.close()
  })

  test('is not upgraded by a reader, who is told what to do', () => {
    expect(() => openStore(file, { readonly: true })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('older schema (1)') }),
    )
  })
})
