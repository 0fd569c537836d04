// The rows of one noun, made anew only where something changed, with their cells as they are searched.
import type { Item, Resource } from '../../resources/define.ts'
import type { FilterRow } from '../../resources/filter.ts'
import { type Made, madeFrom, type RowChanges, rowChanges } from './row-changes.ts'
import type { RowSource } from './rows.ts'
import { searchedRow } from './searched-row.ts'

/** From this many rows on, all of them are made anew at most once in LONG_MS. */
const MANY = 2_000
const LONG_MS = 500
/** Sets of changes that are remembered. */
const MOST_STEPS = 64

/** Rows of a noun. */
export interface RowTable {
  /** Grows with each change of the rows. */
  readonly revision: number
  refresh(source: RowSource): void
  items(): Item[]
  /** undefined when the row is gone. */
  item(id: string): Item | undefined
  /** Where a row stands among all, in the noun's own order. */
  place(id: string): number
  changedSince(revision: number): RowChanges
  /** A row as a filter sees it. */
  searched(item: Item): FilterRow
}

/** Counts revisions and remembers what changed from each to the next. */
function createSteps() {
  let known: ReadonlySet<string>[] = []
  const steps = {
    revision: 0,
    all() {
      steps.revision++
      known = []
    },
    some(changed: ReadonlySet<string>) {
      steps.revision++
      known.push(changed)
      if (known.length > MOST_STEPS) known.shift()
    },
    since(from: number): RowChanges {
      const behind = steps.revision - from
      if (behind > known.length) return 'all'
      return new Set(known.slice(known.length - behind).flatMap((changed) => [...changed]))
    },
  }
  return steps
}

/** Makes the table of a noun; it is empty before the first refresh. */
export function createRowTable(resource: Resource): RowTable {
  const shown = resource.headings.filter(({ table }) => table !== 'never').map(({ key }) => key)
  const rows = new Map<string, Item>()
  const places = new Map<string, number>()
  const looked = new Map<string, FilterRow>()
  let made: Made | undefined
  let version = -1
  let madeAt = 0
  const steps = createSteps()

  const all = ({ world, now }: RowSource): void => {
    rows.clear()
    places.clear()
    looked.clear()
    for (const item of resource.items(world, now)) {
      rows.set(item.id, item)
      places.set(item.id, places.size)
    }
    madeAt = now
    steps.all()
  }
  const some = ({ world }: RowSource, changed: ReadonlySet<string>): void => {
    for (const id of changed) {
      const item = resource.one!.row(world, id)
      looked.delete(id)
      if (!item) rows.delete(id)
      else {
        rows.set(id, item)
        if (!places.has(id)) places.set(id, places.size)
      }
    }
    steps.some(changed)
  }
  const tooSoon = ({ now }: RowSource): boolean =>
    made !== undefined && rows.size > MANY && now - madeAt < LONG_MS && now >= madeAt

  return {
    get revision() {
      return steps.revision
    },
    refresh(source) {
      if (source.version === version) return
      const changed = made ? rowChanges(made, source.world, resource) : 'all'
      if (changed === 'all' && tooSoon(source)) return
      version = source.version
      made = madeFrom(source.world)
      if (changed !== 'all' && changed.size === 0) return
      if (changed === 'all') all(source)
      else some(source, changed)
    },
    items: () => [...rows.values()],
    item: (id) => rows.get(id),
    place: (id) => places.get(id)!,
    changedSince: steps.since,
    searched(item) {
      let row = looked.get(item.id)
      if (!row) {
        row = searchedRow(item, shown, madeAt)
        looked.set(item.id, row)
      }
      return row
    },
  }
}
