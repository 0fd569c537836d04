// Which rows of a noun have changed since they were last made: those alone are made anew.
import type { World } from '../../core/world.ts'
import type { Resource } from '../../resources/define.ts'

/** Ids of rows; `all` where it cannot be told. */
export type RowChanges = ReadonlySet<string> | 'all'

/** What rows were made from. */
export interface Made {
  readonly world: World
  /** Of the changes of its series, by then. */
  readonly revision: number
}

/** A world as it is now, to be compared with later. */
export const madeFrom = (world: World): Made => ({ world, revision: world.changes?.revision ?? 0 })

/** Rows of a table that are others, new or gone. A table that did not change is the same object. */
function changedRows(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Set<string> {
  const changed = new Set<string>()
  if (before === after) return changed
  let kept = 0
  for (const [id, row] of after) {
    const was = before.get(id)
    if (was !== row) changed.add(id)
    if (was !== undefined) kept++
  }
  if (kept < before.size) for (const id of before.keys()) if (!after.has(id)) changed.add(id)
  return changed
}

/** What has changed of a noun's rows since `made`. */
export function rowChanges({ world: before, revision }: Made, world: World, { one }: Resource): RowChanges {
  if (world.at !== undefined && before === world) return new Set()
  const { changes, state } = world
  if (!one || !changes || changes !== before.changes || world.series !== before.series) return 'all'
  if (one.also.some((table) => state[table] !== before.state[table])) return 'all'
  const owners = changes.since(revision)
  if (!owners) return 'all'
  const changed = changedRows(before.state[one.table], state[one.table])
  for (const owner of owners) if (state[one.table].has(owner)) changed.add(owner)
  for (const { table, rows } of one.joins ?? []) {
    const others = changedRows(before.state[table], state[table])
    for (const owner of owners) if (state[table].has(owner)) others.add(owner)
    for (const id of others) for (const row of rows(world, id)) changed.add(row)
  }
  return changed
}
