// `mlops performance`: how well a model does on tables of its predictions, estimated without labels and realized with
// them, chunk by chunk, against what a reference says is usual.
import { CliError, EXIT, nearHint, usageError } from '../cli/cli-error.ts'
import { readWhole } from '../cli/flag-values.ts'
import { type Output, writeAll } from '../cli/output.ts'
import { type ChunkRule, chunksOf } from '../core/monitor/chunks.ts'
import { CLASSIFICATION_METRICS } from '../core/monitor/classification.ts'
import { REGRESSION_METRICS } from '../core/monitor/regression.ts'
import {
  type ColumnNames,
  createNotes,
  type ModelRows,
  type Notes,
  readModelRows,
  withLabels,
} from './performance-input.ts'
import { judgeClassification, judgeRegression, type Part } from './performance-judgement.ts'
import { type PerformanceReport, reportCsv, reportJson, reportTable } from './performance-report.ts'

/** What the command line says. */
export interface PerformanceFlags extends ColumnNames {
  readonly reference: string
  readonly current: string
  /** A file with labels of the current rows. */
  readonly labels: string | undefined
  readonly chunk: string | undefined
  /** Only these metrics; all where empty. */
  readonly metrics: readonly string[]
  /** `table`, `json` or `csv`. */
  readonly output: string
}

/** Chunks of the reference where nothing says how to part it. */
const DEFAULT_PARTS = 10

/** Reads `--chunk`; undefined where nothing is said. Throws CliError with code 2. */
function readChunkRule({ chunk, timestamp }: PerformanceFlags): ChunkRule | undefined {
  const text = chunk ?? (timestamp ? 'month' : undefined)
  if (text === undefined) return undefined
  if (text.startsWith('rows:')) return { by: 'rows', size: readWhole('--chunk rows:', text.slice(5), 1, 1e9) }
  if (text !== 'day' && text !== 'week' && text !== 'month')
    throw usageError(`--chunk cannot be ${text}`, 'day, week, month, or rows:N')
  if (!timestamp) throw usageError(`--chunk ${text} needs the times of the rows`, 'add --timestamp COLUMN')
  return { by: text }
}

function checkFlags(flags: PerformanceFlags): void {
  const { score, prediction, labels, join, metrics } = flags
  if (score === undefined && prediction === undefined)
    throw usageError(
      'mlops performance needs --score, --prediction or both',
      'with --score a classification, without a regression',
    )
  if (labels !== undefined && join === undefined)
    throw usageError('--labels needs --join', 'name the column with the ids, the same in both files')
  const known: readonly string[] = score === undefined ? REGRESSION_METRICS : CLASSIFICATION_METRICS
  const strange = metrics.find((name) => !known.includes(name))
  if (strange !== undefined)
    throw usageError(`there is no metric ${strange}`, nearHint(strange, known, `one of ${known.join(', ')}`))
}

async function readCurrent(flags: PerformanceFlags, notes: Notes): Promise<ModelRows> {
  const { labels, join } = flags
  const rows = await readModelRows(flags.current, flags, false, notes)
  return labels === undefined || join === undefined
    ? rows
    : withLabels(rows, labels, { ...flags, join }, notes)
}

function partsOf(period: Part['period'], rows: ModelRows, rule: ChunkRule): Part[] {
  const chunks = chunksOf(rows.labels.length, rule, rows.times)
  return chunks.map((chunk) => ({ period, rows, chunk }))
}

function judge(flags: PerformanceFlags, parts: readonly Part[]) {
  const whole = ({ rows }: Part) => rows.labels.some((label, i) => !Number.isNaN(label + rows.predicted[i]!))
  if (!parts.some((part) => part.period === 'reference' && whole(part)))
    throw new CliError(
      `${flags.reference} has no row with prediction and label`,
      'the reference needs both, and times where --timestamp is given',
      EXIT.failed,
    )
  return flags.score === undefined ? judgeRegression(parts) : judgeClassification(parts)
}

/** Reads the tables and judges them. Rejects with CliError. */
export async function readPerformance(flags: PerformanceFlags): Promise<PerformanceReport> {
  checkFlags(flags)
  const said = readChunkRule(flags)
  const notes = createNotes()
  // Ids are only needed where labels are joined, and the reference has its own.
  const reference = await readModelRows(flags.reference, { ...flags, join: undefined }, true, notes)
  const joined = { ...flags, join: flags.labels === undefined ? undefined : flags.join }
  const current = await readCurrent(joined, notes)
  const size = Math.max(1, Math.ceil(reference.labels.length / DEFAULT_PARTS))
  const rule = said ?? { by: 'rows', size }
  const parts = [...partsOf('reference', reference, rule), ...partsOf('current', current, rule)]
  const { kind, calibrated, chunks } = judge(flags, parts)
  if (parts.filter(({ period }) => period === 'reference').length < 3)
    notes.add('no limits: the reference has fewer than three chunks', flags.reference)
  const wanted = flags.metrics
  const shown = chunks.map((chunk) => ({
    ...chunk,
    metrics: Object.fromEntries(
      Object.entries(chunk.metrics).filter(([name]) => wanted.length === 0 || wanted.includes(name)),
    ),
  }))
  return { kind, calibrated, notes: notes.list(), chunks: shown }
}

/** Reads, judges and prints. Rejects with CliError. */
export async function performanceVerb(flags: PerformanceFlags, out: Output): Promise<number> {
  const report = await readPerformance(flags)
  const { output } = flags
  const text =
    output === 'json' ? [reportJson(report)] : output === 'csv' ? reportCsv(report) : reportTable(report, out)
  await writeAll(out, text)
  return EXIT.done
}
