// Makes ink-table usable with Ink 6. ink-table is CommonJS and requires 'ink', which since Ink 4 is an
// ES module with a top-level await: `require` refuses it (ERR_REQUIRE_ASYNC_MODULE). So the Ink that is
// already loaded is put where its `require('ink')` looks first, and React likewise: in a bundle both
// are then the ones inside the bundle, and only `ink-table` itself has to stay external.
import { createRequire, Module } from 'node:module'
import * as ink from 'ink'
import React, { type ReactElement, type ReactNode } from 'react'

/** Cells of one row by column. */
export type TableRow = Readonly<Record<string, string>>

/** A part of the table that can be replaced: a cell, a heading (both know their column) or a rule. */
export type TablePart = (props: { readonly children?: ReactNode; readonly column?: number }) => ReactElement

/** Props of ink-table. Widths are counted in UTF-16 units: see printTable for text that is not ASCII. */
export interface InkTableProps {
  readonly data: readonly TableRow[]
  readonly columns?: readonly string[]
  readonly padding?: number
  readonly header?: TablePart
  readonly cell?: TablePart
  readonly skeleton?: TablePart
}

type InkTable = React.ComponentType<InkTableProps>

/** Runs `load` while `require` gives the named modules as they are; afterwards as before. */
function withModules<T>(
  require: NodeJS.Require,
  modules: Readonly<Record<string, unknown>>,
  load: () => T,
): T {
  const before = new Map<string, NodeJS.Module | undefined>()
  for (const [name, exports] of Object.entries(modules)) {
    const file = require.resolve(name)
    before.set(file, require.cache[file])
    require.cache[file] = Object.assign(new Module(file), { exports, loaded: true })
  }
  try {
    return load()
  } finally {
    for (const [file, module] of before)
      if (module) require.cache[file] = module
      else delete require.cache[file]
  }
}

function load(): InkTable {
  const require = createRequire(import.meta.url)
  // Resolved from where ink-table lies: that is what it will ask for.
  const inside = createRequire(require.resolve('ink-table'))
  const loaded = withModules(
    inside,
    { ink, react: React },
    () => require('ink-table') as { default: InkTable },
  )
  return loaded.default
}

/** The component of ink-table, drawn by the Ink of this program. */
export const Table: InkTable = load()
