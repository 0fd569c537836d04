// Columns of a CSV file in memory, for statistics that need them whole.
import type { Column, ColumnType } from '../../core/drift/column.ts'
import { isMissing, numberIn, wordIn } from './cells.ts'
import { openCsv } from './csv-rows.ts'

interface Collector {
  add(cell: string | undefined): void
  done(): Column
}

/** A word in a numeric column counts as missing. */
function collectNumbers(): Collector {
  let values = new Float64Array(1024)
  let size = 0
  return {
    add(cell) {
      if (size === values.length) {
        const larger = new Float64Array(size * 2)
        larger.set(values)
        values = larger
      }
      values[size++] = (isMissing(cell) ? undefined : numberIn(cell!)) ?? Number.NaN
    },
    done: () => ({ type: 'num', values: values.slice(0, size) }),
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
    done: () => ({ type: 'cat', values }),
  }
}

/** The columns wanted, by name; one that the file lacks is absent. Rejects with CliError as `openCsv`. */
export async function readColumns(
  path: string,
  wanted: readonly { readonly name: string; readonly type: ColumnType }[],
): Promise<Map<string, Column>> {
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
