// `mlops detect`: where a column of a table changes, as a detector sees it that reads the rows one by one.

import { nearHint, usageError } from '../cli/cli-error.ts'
import { csvTable } from '../cli/csv.ts'
import { type Output, writeAll } from '../cli/output.ts'
import type { Detector, Settings } from '../core/monitor/detector.ts'
import { DETECTORS, detectorOf, isDetectorName } from '../core/monitor/methods.ts'
import { columnAt, readTable } from './table-file.ts'

/** What the command line says. */
export interface DetectFlags {
  readonly file: string
  readonly column: string
  readonly method: string
  /** Settings of the method, `name=value`. */
  readonly set: readonly string[]
  readonly output: string
}

/** A row at which the detector said something; rows count from 0. */
interface Found {
  readonly row: number
  readonly level: 'warning' | 'drift'
  readonly value: number
}

function readSettings(words: readonly string[]): Settings {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^(\w+)=(.+)$/.exec(word) ?? []
      if (name === undefined || !Number.isFinite(Number(value)))
        throw usageError(`--set ${word} is no name=number`, 'for example --set delta=0.01')
      return [name, Number(value)]
    }),
  )
}

function startMethod({ method, set }: DetectFlags): Detector {
  const names = Object.keys(DETECTORS)
  if (!isDetectorName(method))
    throw usageError(`there is no detector ${method}`, nearHint(method, names, `one of ${names.join(', ')}`))
  try {
    return detectorOf(method, readSettings(set))
  } catch (error) {
    if (error instanceof RangeError) throw usageError(error.message, `--method ${method}`)
    throw error
  }
}

async function detect(flags: DetectFlags): Promise<{ found: Found[]; rows: number; passedOver: number }> {
  const detector = startMethod(flags)
  const found: Found[] = []
  let [row, before, passedOver] = [-1, 'stable', 0]
  await readTable(flags.file, (columns) => {
    const at = columnAt(flags.file, columns, flags.column)
    return (cells) => {
      row++
      const cell = cells[at]!
      const value = cell === '' ? Number.NaN : Number(cell)
      if (!Number.isFinite(value)) {
        passedOver++
        return
      }
      const level = detector.update(value)
      // A warning is told where it begins.
      if (level === 'drift' || (level === 'warning' && before !== 'warning'))
        found.push({ row, level, value })
      before = level
    }
  })
  return { found, rows: row + 1, passedOver }
}

/** Reads the column and prints where it changes; 0, also where it does not. Throws CliError. */
export async function detectVerb(flags: DetectFlags, out: Output): Promise<number> {
  const { found, rows, passedOver } = await detect(flags)
  if (flags.output === 'json') await out.write(`${JSON.stringify(found)}\n`)
  else if (flags.output === 'csv') await writeAll(out, csvTable(found.map((each) => ({ ...each }))))
  else {
    const drifts = found.filter(({ level }) => level === 'drift').length
    await writeAll(out, [
      `${flags.column}: ${rows} rows, ${drifts} change${drifts === 1 ? '' : 's'} by ${flags.method}`,
      passedOver > 0 ? `, ${passedOver} cells that are no numbers passed over\n` : '\n',
      ...found.map(({ row, level, value }) => `  row ${row}  ${level}  at ${value}\n`),
    ])
  }
  return 0
}
