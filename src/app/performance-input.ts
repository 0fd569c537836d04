// What `mlops performance` reads: scores, predictions, labels, times and ids of a table; what does not fit is counted.
import { parseTime } from '../../agents/sources/cells.ts'
import { readMoment } from '../core/moment.ts'
import { joinLabels, type LabelRow } from '../core/monitor/label-join.ts'
import { cleanText } from '../protocol/text.ts'
import { isMissing, numberIn } from './drift/cells.ts'
import { columnAt, readTable } from './table-file.ts'

/** Names of columns; without a score it is a regression. */
export interface ColumnNames {
  readonly score: string | undefined
  readonly prediction: string | undefined
  readonly label: string
  readonly timestamp: string | undefined
  readonly join: string | undefined
  /** The cell that means positive, where classes are not 0 and 1. */
  readonly positive: string | undefined
}

/** Rows by column; NaN is missing. Without a column `times` are NaN and `ids` empty. */
export interface ModelRows {
  readonly scores: Float64Array
  readonly predicted: Float64Array
  readonly labels: Float64Array
  readonly times: Float64Array
  readonly ids: readonly string[]
}

/** Counts what does not fit, with one example each. */
export interface Notes {
  add(what: string, example: string): void
  list(): readonly Note[]
}

/** One kind of what does not fit. */
export interface Note {
  readonly what: string
  readonly count: number
  readonly example: string
}

/** No notes yet. */
export function createNotes(): Notes {
  const found = new Map<string, { what: string; count: number; example: string }>()
  return {
    add(what, example) {
      const known = found.get(what)
      if (known) known.count++
      else found.set(what, { what: cleanText(what), count: 1, example: cleanText(example) })
    },
    list: () => [...found.values()],
  }
}

type ReadCell = (cell: string, line: number) => number

const CLASSES: Readonly<Record<string, number>> = { '0': 0, '1': 1, '0.0': 0, '1.0': 1, false: 0, true: 1 }

/** A reader of cells; what `read` does not know is missing and noted. */
function cellReader(
  path: string,
  what: string,
  notes: Notes,
  read: (cell: string) => number | undefined,
): ReadCell {
  return (cell, line) => {
    if (isMissing(cell)) return Number.NaN
    const value = read(cell)
    if (value === undefined) notes.add(`${path}: ${what}`, `"${cell}" in record ${line}`)
    return value ?? Number.NaN
  }
}

const finite = (cell: string) => {
  const value = numberIn(cell)
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

const share = (cell: string) => {
  const value = finite(cell)
  return value !== undefined && value >= 0 && value <= 1 ? value : undefined
}

/** Unix ms; times that name no zone are UTC. */
function time(cell: string): number | undefined {
  const moment = readMoment(cell)
  if (moment && 'at' in moment) return moment.at
  return finite(cell) === undefined ? undefined : parseTime(cell)
}

/** How classes (or, in a regression, targets) are written. */
function targetReader(path: string, name: string, { score, positive }: ColumnNames, notes: Notes): ReadCell {
  if (score === undefined) return cellReader(path, `${name} is no finite number`, notes, finite)
  if (positive !== undefined) return cellReader(path, name, notes, (cell) => (cell === positive ? 1 : 0))
  const what = `${name} is neither 0 nor 1 (--positive VALUE says which means 1)`
  return cellReader(path, what, notes, (cell) => CLASSES[cell.toLowerCase()])
}

/** A copy: a piece of a line would keep the whole line alive. */
const owned = (cell: string) => Buffer.from(cell).toString()

const nothing: ReadCell = () => Number.NaN

/** Reads the rows of a model. `needsLabel`: the label column has to be there. Rejects with CliError. */
export async function readModelRows(
  path: string,
  names: ColumnNames,
  needsLabel: boolean,
  notes: Notes,
): Promise<ModelRows> {
  const lists = {
    scores: [] as number[],
    predicted: [] as number[],
    labels: [] as number[],
    times: [] as number[],
  }
  const ids: string[] = []
  const tally = await readTable(path, (columns) => {
    const at = (name: string | undefined) => (name === undefined ? -1 : columnAt(path, columns, name))
    const labelAt = needsLabel ? at(names.label) : columns.indexOf(names.label)
    const idAt = at(names.join)
    const target = (name: string) => targetReader(path, name, names, notes)
    const readers: readonly (readonly [number[], number, ReadCell])[] = [
      [
        lists.scores,
        at(names.score),
        cellReader(path, `${names.score} is no score from 0 to 1`, notes, share),
      ],
      [lists.predicted, at(names.prediction), names.prediction ? target(names.prediction) : nothing],
      [lists.labels, labelAt, target(names.label)],
      [lists.times, at(names.timestamp), cellReader(path, `${names.timestamp} is no time`, notes, time)],
    ]
    return (cells, line) => {
      for (const [list, place, read] of readers) list.push(place < 0 ? Number.NaN : read(cells[place]!, line))
      if (idAt >= 0) ids.push(owned(cells[idAt]!))
    }
  })
  for (let i = 0; i < tally.uneven; i++)
    notes.add(`${path}: rows with a wrong number of cells left out`, `record ${tally.firstUneven}`)
  const columns = {
    scores: Float64Array.from(lists.scores),
    predicted: Float64Array.from(lists.predicted),
    labels: Float64Array.from(lists.labels),
    times: Float64Array.from(lists.times),
  }
  return { ...columns, predicted: names.prediction ? columns.predicted : decided(columns.scores), ids }
}

/** Without predictions a score from 0.5 on says 1. */
const decided = (scores: Float64Array) =>
  scores.map((score) => (Number.isNaN(score) ? score : score >= 0.5 ? 1 : 0))

async function readLabels(path: string, id: string, names: ColumnNames, notes: Notes): Promise<LabelRow[]> {
  const rows: LabelRow[] = []
  await readTable(path, (columns) => {
    const [idAt, labelAt] = [columnAt(path, columns, id), columnAt(path, columns, names.label)]
    const read = targetReader(path, names.label, names, notes)
    return (cells, line) => void rows.push([owned(cells[idAt]!), read(cells[labelAt]!, line)])
  })
  return rows
}

function without(rows: ModelRows, dropped: ReadonlySet<number>): ModelRows {
  const keep = (_: unknown, i: number) => !dropped.has(i)
  return {
    scores: rows.scores.filter(keep),
    predicted: rows.predicted.filter(keep),
    labels: rows.labels.filter(keep),
    times: rows.times.filter(keep),
    ids: rows.ids.filter(keep),
  }
}

/** The rows with labels of another file, joined by id; a prediction that comes again is left out. */
export async function withLabels(
  rows: ModelRows,
  path: string,
  names: ColumnNames & { readonly join: string },
  notes: Notes,
): Promise<ModelRows> {
  const join = joinLabels(rows.ids, await readLabels(path, names.join, names, notes))
  for (const id of join.unknown) notes.add('labels whose id no prediction has', id)
  for (const id of join.contradicted) notes.add('ids with two labels that differ: taken as unlabelled', id)
  for (const i of join.repeated) notes.add('predictions with an id that came before, left out', rows.ids[i]!)
  return without({ ...rows, labels: join.labels }, new Set(join.repeated))
}
