// Columns of a CSV file in memory, for statistics that need them whole.
import type { Column, ColumnType } from '../../core/drift/column.ts'
import { isMissing, numberIn, wordIn } from './cells.ts'
import { openCsv } from './csv-rows.ts'

/** A column that was read. */
export interface ReadColumn {
  readonly column: Column
  /** Cells of a numeric column that hold a word; they count as missing. */
  readonly words: number
}

interface Collector {
  add(cell: string | undefined): void
  done(): ReadColumn
}

function collectNumbers(): Collector {
  let values = new Float64Array(1024)
  let size = 0
  let words = 0
  return {
    add(cell) {
      if (size === values.length) {
        const larger = new Float64Array(size * 2)
        larger.set(values)
        values = larger
      }
      const value = isMissing(cell) ? Number.NaN : numberIn(cell!)
      if (value === undefined) words++
      values[size++] = value ?? Number.NaN
    },
    done: () => ({ column: { type: 'num', values: values.slice(0, size) }, words }),
  }
}

function collectWords(): Collector {
  const values: (string | null)[] = []
  // One string for each word: a cell would keep its whole line alive.
  const known = new Map<string, string>()
  return {
    add(cell) {
      const word = wordIn(cell)
      if (word !== null && !known.has(word)) {
        const copy = Buffer.from(word).toString()
        known.set(copy, copy)
      }
      values.push(word === null ? null : known.get(word)!)
    },
    done: () => ({ column: { type: 'cat', values }, words: 0 }),
  }
}

/** The columns wanted, by name; one that the file lacks is absent. Rejects with CliError as `openCsv`. */
export async function readColumns(
  path: string,
  wanted: readonly { readonly name: string; readonly type: ColumnType }[],
): Promise<Map<string, ReadColumn>> {
  const { header, rows } = await openCsv(path)
  const collectors = wanted
    .map(({ name, type }) => ({
      name,
      place: header.indexOf(name),
      collector: type === 'num' ? collectNumbers() : collectWords(),
    }))
    .filter(({ place }) => place >= 0)
  for await (const piece of rows)
    for (const row of piece) for (const { place, collector } of collectors) collector.add(row[place])
  return new Map(collectors.map(({ name, collector }) => [name, collector.done()]))
}
