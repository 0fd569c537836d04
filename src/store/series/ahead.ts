// Points that came before older ones of the same agent, while its backlog and what is new come in side by side. They
// are stored and shown at once, but join their series only when what lies between has come: so that series keep the order
// in which they were made. On disk they are rows of the log with their lane and number.
import { type Columns, concat, noColumns, toColumns } from '../../core/columns.ts'
import type { Points } from '../../protocol/points.ts'

/** A batch that waits; `seq` is its number in its lane. */
export interface AheadBatch {
  readonly lane: string
  readonly seq: number
  readonly points: Points
}

/** The batches that wait. */
export interface Ahead {
  add(batch: AheadBatch): void
  /** Takes out, in order, the batches of a lane up to a number. */
  take(lane: string, upTo: number): AheadBatch[]
  /** Lanes that begin with a prefix. */
  lanes(prefix: string): string[]
  /** Batches that have points of an owner. */
  of(owner: string): AheadBatch[]
  /** Points of a series, in order. */
  columns(owner: string, key: string): Columns
  has(owner: string): boolean
  /** Forgets the points of an owner. */
  drop(owner: string): void
}

/** Points without those of an owner. */
export function withoutOwner({ series, counts, steps, times, values }: Points, owner: string): Points {
  const kept = { series: [], counts: [], steps: [], times: [], values: [] } as Points
  let from = 0
  for (const [i, each] of series.entries()) {
    const to = from + counts[i]!
    if (each[0] !== owner) {
      kept.series.push(each)
      kept.counts.push(counts[i]!)
      kept.steps.push(...steps.slice(from, to))
      kept.times.push(...times.slice(from, to))
      kept.values.push(...values.slice(from, to))
    }
    from = to
  }
  return kept
}

function* columnsIn({ points }: AheadBatch, owner: string, key: string): Generator<Columns> {
  const { series, counts, steps, times, values } = points
  let from = 0
  for (const [i, [of, name]] of series.entries()) {
    const to = from + counts[i]!
    if (of === owner && name === key) yield toColumns(steps, times, values, from, to)
    from = to
  }
}

/** None yet. */
export function createAhead(): Ahead {
  let batches: AheadBatch[] = []
  /** Batches that hold points of each owner. */
  const owners = new Map<string, number>()

  function count({ points }: AheadBatch, by: 1 | -1): void {
    for (const owner of new Set(points.series.map(([of]) => of))) {
      const left = (owners.get(owner) ?? 0) + by
      if (left > 0) owners.set(owner, left)
      else owners.delete(owner)
    }
  }

  const holding = (owner: string) =>
    batches.filter(({ points }) => points.series.some(([of]) => of === owner))

  return {
    add(batch) {
      let at = batches.length
      while (at > 0 && batches[at - 1]!.lane === batch.lane && batches[at - 1]!.seq > batch.seq) at--
      batches.splice(at, 0, batch)
      count(batch, 1)
    },
    take(lane, upTo) {
      const taken = batches.filter((batch) => batch.lane === lane && batch.seq <= upTo)
      if (taken.length > 0) batches = batches.filter((batch) => !taken.includes(batch))
      for (const batch of taken) count(batch, -1)
      return taken.sort((a, b) => a.seq - b.seq)
    },
    lanes: (prefix) =>
      [...new Set(batches.map(({ lane }) => lane))].filter((lane) => lane.startsWith(prefix)),
    of: holding,
    has: (owner) => owners.has(owner),
    columns(owner, key) {
      if (!owners.has(owner)) return noColumns
      return concat(holding(owner).flatMap((batch) => [...columnsIn(batch, owner, key)]))
    },
    drop(owner) {
      if (!owners.has(owner)) return
      batches = batches.map((batch) => ({ ...batch, points: withoutOwner(batch.points, owner) }))
      owners.delete(owner)
    },
  }
}
