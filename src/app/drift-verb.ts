// `mlops drift`: compares two CSV files, column by column.
import { CliError, EXIT, usageError } from '../cli/cli-error.ts'
import { streamOutput, writeAll } from '../cli/output.ts'
import { type TypedColumn, typedColumns } from './drift/column-types.ts'
import { compatibleColumns } from './drift/compatible-report.ts'
import type { Wanted } from './drift/file-profiles.ts'
import { ownColumns } from './drift/own-report.ts'
import { type Mode, type Report, reportOf } from './drift/report.ts'
import { reportCsv, reportLines } from './drift/report-text.ts'

/** What the command line says. */
export interface DriftFlags {
  readonly reference: string | undefined
  readonly current: string | undefined
  readonly mode: Mode
  readonly numeric: readonly string[]
  readonly categorical: readonly string[]
  readonly columns: readonly string[]
  /** Rows of a chunk, as typed. */
  readonly chunk: string | undefined
  /** table, json or csv. */
  readonly output: string
  /** Answer with exit code 1 where something has drifted. */
  readonly fail: boolean
}

/** Names from a flag that may be repeated: `a,b` and `"a, with a comma"`. */
const names = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.match(/"[^"]*"|[^,]+/g) ?? [])
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '')

function chunkRows(text: string | undefined, mode: Mode): number | undefined {
  if (text === undefined) return undefined
  if (mode !== 'nannyml') throw usageError('--chunk is for --mode nannyml', 'leave it out')
  const count = /^rows:(\d+)$/.exec(text)?.[1]
  if (count === undefined || Number(count) < 1)
    throw usageError(`--chunk cannot be ${text}`, 'write rows:N, for example rows:500')
  return Number(count)
}

const isWanted = (column: TypedColumn): column is TypedColumn & Wanted => column.type !== 'left out'

/** Compares two files. Rejects with CliError. */
export async function driftReport(flags: DriftFlags): Promise<Report> {
  const { reference, current, mode } = flags
  if (!reference || !current)
    throw usageError(
      'mlops drift needs --reference and --current',
      'usage: mlops drift --reference R.csv --current C.csv',
    )
  const rows = chunkRows(flags.chunk, mode)
  const typed = await typedColumns(reference, {
    numeric: names(flags.numeric),
    categorical: names(flags.categorical),
    columns: names(flags.columns),
  })
  const wanted = typed.filter(isWanted)
  if (wanted.length === 0)
    throw new CliError(`${reference} has no column to compare`, 'name some with --columns', EXIT.failed)
  const columns =
    mode === 'own'
      ? await ownColumns(reference, current, wanted)
      : await compatibleColumns(mode, reference, current, wanted, rows)
  return reportOf(mode, reference, current, columns, typed)
}

/** The verb: answers with the exit code. */
export async function driftVerb(words: readonly string[], flags: DriftFlags): Promise<number> {
  if (words.length > 0)
    throw usageError(`mlops drift takes no "${words[0]}"`, 'the files go behind --reference and --current')
  const report = await driftReport(flags)
  const out = streamOutput(process.stdout)
  if (flags.output === 'json') await out.write(`${JSON.stringify(report, null, 2)}\n`)
  else if (flags.output === 'csv') await writeAll(out, reportCsv(report))
  else await out.write(`${reportLines(report, out).join('\n')}\n`)
  return flags.fail && report.drifted ? EXIT.failed : EXIT.done
}
