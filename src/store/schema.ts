// The tables, as an append-only list of migrations; `user_version` counts those applied.
import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import { withChecks } from './row-checks.ts'
import { StoreError } from './store-error.ts'

/** Each is applied once, in this order; never edit one that was released. */
const MIGRATIONS = [
  `create table meta (key text primary key, value text not null) strict;
   create table events (
     seq integer primary key, at integer not null, type text not null, about text not null,
     by text not null, data text not null) strict;
   create index events_about on events (about, seq);
   -- one row: the folded state at a sequence number, so that a start need not fold the whole log
   create table snapshot (id integer primary key check (id = 1), seq integer not null, body text not null) strict;
   -- the last batch stored of each life of an agent: where a session resumes
   create table agents (agent text not null, epoch text not null, high integer not null, primary key (agent, epoch)) strict;
   -- points as they arrived, a batch a row; generations are deleted once sealed into chunks
   create table log (id integer primary key, generation integer not null, body text not null) strict;
   create table series (
     id integer primary key, owner text not null, key text not null, summary text not null, unique (owner, key)) strict;
   create table chunks (
     id integer primary key, series integer not null, generation integer not null,
     tier integer not null default 0, count integer not null,
     min_step real not null, max_step real not null, min_time real not null, max_time real not null,
     body blob not null) strict;
   create index chunks_series on chunks (series, id);`,
  // The hub's clock at commit, by which time travel goes; older rows have only the reporter's clock. The snapshot
  // is made anew from the log, which gives it what the fold has learnt since.
  `alter table events add column stored integer not null default 0;
   update events set stored = at;
   create index events_stored on events (stored, seq);
   delete from snapshot;`,
  // Batches stored above `high` while a backlog and newer batches come in side by side: JSON, [[from, to], ...]
  // Such batches wait in the log with their lane (agent/epoch) and number; null for all others.
  `alter table agents add column beyond text not null default '[]';
   alter table log add column lane text;
   alter table log add column seq integer;
   create index log_lane on log (lane, seq) where lane is not null;`,
  // The last values of all series of an owner in a row, as little-endian floats: what a start reads instead of each
  // summary. Places of keys are those of a set of names, which most owners share.
  `create table key_sets (id integer primary key, names text not null unique) strict;
   create table glances (owner text primary key, key_set integer not null, facts text not null, lasts blob not null) strict;`,
  // Text output, see lines/: a row of an owner holds the lines [first, first + count), with the least and the greatest
  // of their times; `line_owners` which there are.
  `create table lines (
     id integer primary key, owner text not null, first integer not null, count integer not null,
     from_at integer not null, to_at integer not null, bytes integer not null, streams text not null,
     body blob not null) strict;
   create index lines_owner on lines (owner, first, count, to_at, bytes);
   create table line_owners (owner text primary key, first integer not null, next integer not null) strict;`,
  // A checksum in each row, see row-checks.ts.
  [
    withChecks(
      'events',
      `seq integer primary key, at integer not null, type text not null, about text not null,
       by text not null, data text not null, stored integer not null default 0`,
      'seq, at, type, about, by, data, stored',
    ),
    'create index events_about on events (about, seq); create index events_stored on events (stored, seq);',
    withChecks(
      'snapshot',
      'id integer primary key check (id = 1), seq integer not null, body text not null',
      'id, seq, body',
    ),
    withChecks(
      'agents',
      `agent text not null, epoch text not null, high integer not null, beyond text not null default '[]'`,
      'agent, epoch, high, beyond',
      'primary key (agent, epoch)',
    ),
    withChecks(
      'log',
      'id integer primary key, generation integer not null, body text not null, lane text, seq integer',
      'id, generation, body, lane, seq',
    ),
    'create index log_lane on log (lane, seq) where lane is not null;',
    withChecks(
      'series',
      'id integer primary key, owner text not null, key text not null, summary text not null',
      'id, owner, key, summary',
      'unique (owner, key)',
    ),
    withChecks(
      'chunks',
      `id integer primary key, series integer not null, generation integer not null,
       tier integer not null default 0, count integer not null, min_step real not null, max_step real not null,
       min_time real not null, max_time real not null, body blob not null`,
      'id, series, generation, tier, count, min_step, max_step, min_time, max_time, body',
    ),
    'create index chunks_series on chunks (series, id);',
    withChecks('key_sets', 'id integer primary key, names text not null unique', 'id, names'),
    withChecks(
      'glances',
      'owner text primary key, key_set integer not null, facts text not null, lasts blob not null',
      'owner, key_set, facts, lasts',
    ),
  ].join('\n'),
]

/** Checksum of the tables as SQLite has them written down: a flipped letter there renames a column. */
function schemaCrc(db: Database): string {
  const rows = db.prepare(`select name, sql from sqlite_schema where name not like 'sqlite_%' order by name`)
  return crc32(JSON.stringify(rows.raw().all())).toString(16)
}

/** Refuses a file whose tables are not as they were made. */
function checkSchema(db: Database, file: string): void {
  const known = db.prepare(`select value from meta where key = 'schema'`).pluck().get()
  if (known !== schemaCrc(db))
    throw new StoreError(
      `the store ${file} is damaged: its tables are not as they were made`,
      'restore a backup: mlops restore FILE',
    )
}

/** Brings a file to the newest schema in one transaction. Refuses a file written by a newer build, and a damaged one. */
export function migrate(db: Database, file: string, readonly: boolean): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > MIGRATIONS.length)
    throw new StoreError(
      `the store ${file} was written by a newer mlops (schema ${version})`,
      'update mlops on this machine',
    )
  if (version === MIGRATIONS.length) return checkSchema(db, file)
  if (readonly)
    throw new StoreError(
      `the store ${file} has an older schema (${version})`,
      'start mlops hub on it once, which upgrades it',
    )
  db.transaction(() => {
    for (const sql of MIGRATIONS.slice(version)) db.exec(sql)
    db.prepare(`insert or ignore into meta values ('store', ?)`).run(randomBytes(8).toString('hex'))
    db.prepare(`insert or replace into meta values ('schema', ?)`).run(schemaCrc(db))
    db.pragma(`user_version = ${MIGRATIONS.length}`)
  }).immediate()
}
