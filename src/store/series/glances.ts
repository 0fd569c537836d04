// One row an owner with the last values of all its series: a start reads these, and summaries when they are asked for.
import { OwnerSeries, type SavedGlance, type SummarySource } from '../../core/owner-series.ts'
import { fromWireSummary, type Summary, summarise, toWireSummary } from '../../core/summary.ts'
import { fromWireStep, toWireStep } from '../../protocol/numbers.ts'
import type { Database } from '../database.ts'
import { sound } from '../row-checks.ts'
import { decodeChunk } from './codec.ts'

/** The glances of an open database. Writing happens inside the caller's transaction. */
export interface Glances {
  /** Every owner as it was sealed last. */
  all(): Iterable<readonly [string, OwnerSeries]>
  /** One owner as it was sealed last; undefined when nothing of it was. */
  one(owner: string): OwnerSeries | undefined
  /** The series of an owner of whom nothing was sealed. */
  fresh(owner: string): OwnerSeries
  save(owner: string, series: OwnerSeries): void
  drop(owner: string): void
}

interface Row {
  owner: string
  key_set: number
  facts: string
  lasts: Uint8Array
  sound: number
}

interface Facts {
  readonly updated: readonly [number, string] | null
  readonly step: readonly [unknown, string] | null
  readonly bad: readonly (readonly [string, unknown])[]
}

const GLANCE = `select owner, key_set, facts, lasts, ${sound('glances')} as sound from glances`
const SUMMARY = `summary, ${sound('series')} as sound`

function statements(db: Database) {
  return {
    all: db.prepare(`${GLANCE}`),
    one: db.prepare(`${GLANCE} where owner = ?`),
    save: db.prepare('insert or replace into glances (owner, key_set, facts, lasts) values (?, ?, ?, ?)'),
    drop: db.prepare('delete from glances where owner = ?'),
    names: db.prepare(`select names from key_sets where id = ? and ${sound('key_sets')}`).pluck(),
    findSet: db.prepare('select id from key_sets where names = ?').pluck(),
    addSet: db.prepare('insert into key_sets (names) values (?)'),
    summary: db.prepare(`select id, key, ${SUMMARY} from series where owner = ? and key = ?`),
    summaries: db.prepare(`select id, key, ${SUMMARY} from series where owner = ? order by id`),
    bodies: db.prepare(`select body from chunks where series = ? and ${sound('chunks')} order by id`).pluck(),
    owners: db.prepare('select distinct owner from series').pluck(),
  }
}
type Statements = ReturnType<typeof statements>

interface SummaryRow {
  id: number
  key: string
  summary: string
  sound: number
}

/** The summary of a row; of a damaged one what its points say. */
function readSummary(sql: Statements, { id, summary, sound }: SummaryRow): Summary | undefined {
  if (sound) return fromWireSummary(JSON.parse(summary))
  let found: Summary | undefined
  for (const body of sql.bodies.all(id) as Uint8Array[]) {
    const columns = decodeChunk(body)
    found = summarise(found, columns, 0, columns.times.length)
  }
  return found
}

/** Where the summaries of an owner are read when somebody asks. */
function sourceOf(sql: Statements, owner: string): SummarySource {
  return {
    one(key) {
      const row = sql.summary.get(owner, key) as SummaryRow | undefined
      return row && readSummary(sql, row)
    },
    *all() {
      for (const row of sql.summaries.all(owner) as SummaryRow[]) {
        const summary = readSummary(sql, row)
        if (summary) yield [row.key, summary]
      }
    },
  }
}

/** Floats of a blob: over its bytes where they lie as floats must, else copied. */
function floats(bytes: Uint8Array): Float64Array {
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  return new Float64Array(own.buffer, own.byteOffset, own.byteLength / 8)
}

type Keys = ReadonlyMap<string, number>

/** Sets of keys by id: most owners have the same ones. */
function createKeySets(sql: Statements) {
  const sets = new Map<number, { readonly names: string; readonly keys: Keys }>()
  /** What is known of an id may have been rolled back with its transaction: the names decide. */
  const keep = (id: number, names: string): Keys => {
    const known = sets.get(id)
    if (known?.names === names) return known.keys
    const keys = new Map((JSON.parse(names) as string[]).map((name, i) => [name, i]))
    sets.set(id, { names, keys })
    return keys
  }
  return {
    /** Undefined when the row is damaged. */
    read(id: number): Keys | undefined {
      const known = sets.get(id)
      if (known) return known.keys
      const names = sql.names.get(id) as string | undefined
      return names === undefined ? undefined : keep(id, names)
    },
    store(names: string): readonly [id: number, keys: Keys] {
      const known = sql.findSet.get(names) as number | undefined
      const id = known ?? Number(sql.addSet.run(names).lastInsertRowid)
      return [id, keep(id, names)]
    },
  }
}

function savedOf(keys: Keys, row: Row): SavedGlance {
  const { updated, step, bad } = JSON.parse(row.facts) as Facts
  return {
    keys,
    lasts: floats(row.lasts),
    updated: updated?.[0] ?? null,
    updatedKey: updated?.[1],
    step: step ? (fromWireStep(step[0]) ?? 0) : null,
    stepKey: step?.[1],
    bad: new Map(bad.map(([key, summary]) => [key, fromWireSummary(summary)])),
  }
}

function factsText({ updated, updatedKey, step, stepKey, bad }: SavedGlance): string {
  const facts: Facts = {
    updated: updated === null ? null : [updated, updatedKey!],
    step: step === null ? null : [toWireStep(step), stepKey!],
    bad: [...bad].map(([key, summary]) => [key, toWireSummary(summary)]),
  }
  return JSON.stringify(facts)
}

/** Opens the glances. */
export function openGlances(db: Database): Glances {
  const sql = statements(db)
  const keySets = createKeySets(sql)
  /** As it was saved; of a damaged row it is put together again. */
  const read = (row: Row) => {
    const keys = row.sound ? keySets.read(row.key_set) : undefined
    return keys ? new OwnerSeries(savedOf(keys, row), sourceOf(sql, row.owner)) : compute(row.owner)
  }
  const save = (owner: string, series: OwnerSeries): void => {
    const saved = series.saved()
    const [id, keys] = keySets.store(JSON.stringify([...saved.keys.keys()]))
    const { buffer, byteOffset, byteLength } = saved.lasts
    sql.save.run(owner, id, factsText(saved), Buffer.from(buffer, byteOffset, byteLength))
    series.share(keys)
  }
  const compute = (owner: string): OwnerSeries => {
    const source = sourceOf(sql, owner)
    const series = new OwnerSeries(undefined, source)
    for (const [key, summary] of source.all()) series.put(key, summary)
    series.release()
    return series
  }
  /** Of a store that an older build wrote; once. */
  const computeAll = (): (readonly [string, OwnerSeries])[] => {
    const found = (sql.owners.all() as string[]).map((owner) => [owner, compute(owner)] as const)
    if (found.length > 0 && !db.readonly)
      db.transaction(() => {
        for (const [owner, series] of found) save(owner, series)
      })()
    return found
  }
  return {
    *all() {
      const rows = sql.all.all() as Row[]
      for (const row of rows) yield [row.owner, read(row)]
      if (rows.length === 0) yield* computeAll()
    },
    one(owner) {
      const row = sql.one.get(owner) as Row | undefined
      return row && read(row)
    },
    fresh: (owner) => new OwnerSeries(undefined, sourceOf(sql, owner)),
    save,
    drop: (owner) => void sql.drop.run(owner),
  }
}
