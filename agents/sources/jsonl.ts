// JSON lines that training code appends to: one object a row. Every number in it, nested ones under a
// dotted name, is a metric, the step included; a `config`, `params` or `hparams` object is the run's.
import type { Step } from '../../src/protocol/numbers.ts'
import { isLogName, isTimeName, JSON_STEP_NAMES, parseStepCell, parseTime } from './cells.ts'
import { type FileReader, type ReadContext, SNIFF_BYTES, savedFields, type Verdict } from './format.ts'
import type { FormatParts } from './lazy-format.ts'
import { lineText, openLines, readLines } from './lines.ts'
import { numberText, parseLooseJson } from './loose-json.ts'
import { flattenParams, TooManyParams } from './params.ts'
import type { Json } from './source.ts'

type Row = Readonly<Record<string, unknown>>

const PARAM_NAMES = new Set(['config', 'params', 'hparams'])
const MAX_DEPTH = 16
/** Most metrics that one row may hold. */
const MAX_NUMBERS = 50_000

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseRow(line: string): Row | undefined {
  try {
    const value = parseLooseJson(line)
    return isRow(value) ? value : undefined
  } catch {
    return undefined
  }
}

type Numbers = Map<string, number>

/** Collects the numbers of a row by dotted path; false when it is deeper or wider than can be read. */
function collectNumbers(row: Row, prefix: string, out: Numbers, depth: number): boolean {
  if (depth > MAX_DEPTH || out.size > MAX_NUMBERS) return false
  let whole = true
  for (const [key, value] of Object.entries(row)) {
    const number = numberText(value)
    if (number !== undefined) out.set(prefix + key, Number(number))
    else if (isRow(value) && !(depth === 0 && PARAM_NAMES.has(key)))
      whole = collectNumbers(value, `${prefix}${key}.`, out, depth + 1) && whole
  }
  return whole
}

const cellText = (value: unknown) => numberText(value) ?? (typeof value === 'string' ? value.trim() : '')

/** The step of a row: a step, `index` when it names none, undefined when its step is none. */
function stepOf(row: Row, index: number): Step | undefined {
  for (const name of JSON_STEP_NAMES) {
    if (!Object.hasOwn(row, name) || row[name] === null) continue
    const step = parseStepCell(cellText(row[name]))
    if (step !== undefined) return step
    // Half an epoch is no step, but no mistake either: the rows count then.
    if (name !== 'epoch') return undefined
  }
  return index
}

function timeOf(row: Row): number | undefined {
  for (const [key, value] of Object.entries(row)) {
    const time = isTimeName(key) ? parseTime(cellText(value)) : undefined
    if (time !== undefined) return time
  }
  return undefined
}

function emitParams(row: Row, { sink }: ReadContext, where: string): void {
  for (const name of PARAM_NAMES) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    if (!isRow(value)) continue
    try {
      sink.params(flattenParams(value))
    } catch (error) {
      if (!(error instanceof TooManyParams)) throw error
      sink.problem(error.message, where)
    }
  }
}

function emitRow(row: Row, index: number, context: ReadContext, where: string): void {
  const { sink, mtime } = context
  emitParams(row, context, where)
  const numbers: Numbers = new Map()
  if (!collectNumbers(row, '', numbers, 0)) sink.problem('rows nested deeper than 16 read in part', where)
  if (numbers.size === 0) return
  const step = stepOf(row, index)
  if (step === undefined) {
    sink.problem('rows without a whole number as their step left out', where)
    return
  }
  const time = timeOf(row) ?? mtime
  for (const [key, value] of numbers) sink.point(key, step, time, value)
}

/** What a reader of JSON lines remembers besides its lines: how many rows it read. */
function createReader(saved: Json | undefined): FileReader {
  const fields = savedFields(saved)
  const lines = openLines(fields)
  let index = typeof fields.row === 'number' ? fields.row : 0

  function readRow(line: string, context: ReadContext, again: boolean): void {
    if (line.trim() === '') return
    const where = `line ${lines.line}`
    const row = parseRow(line)
    if (!row) context.sink.problem('lines that are no JSON object left out', where)
    else if (!again) emitRow(row, index, context, where)
    if (row) index++
  }

  function readTail(line: string, context: ReadContext): boolean {
    const row = parseRow(line)
    if (row) emitRow(row, index, context, `line ${lines.line + 1}`)
    return row !== undefined
  }

  return {
    stopped: false,
    read: (bytes, context) =>
      readLines(
        bytes,
        lines,
        {
          end: (all, at) => all.indexOf(10, at),
          record: (start, end, again) => readRow(lineText(bytes, start, end), context, again),
          tail: (start, end) => readTail(lineText(bytes, start, end), context),
        },
        context,
      ),
    rotated() {
      Object.assign(lines, openLines({}))
    },
    save: () => ({ ...lines, row: index }),
  }
}

const METRIC_NAME =
  /(^|[^a-z])(loss|acc|accuracy|perplexity|ppl|reward|return|f1|auc|bleu|rouge|error|lr|learning_rate|mse|mae|rmse|psnr|iou|map)([^a-z]|$)/i

/** Does the row look like one of a training log, not like a row of data? */
function isLogRow(row: Row, fileName: string): boolean {
  const named = Object.entries(row).filter(
    ([key, value]) => numberText(value) !== undefined && !isTimeName(key),
  )
  if (named.length === 0) return Object.keys(row).some((key) => PARAM_NAMES.has(key)) && isLogName(fileName)
  return isLogName(fileName) || named.some(([key]) => JSON_STEP_NAMES.includes(key) || METRIC_NAME.test(key))
}

/** A first row that is longer than the head: decided by the keys in sight. */
const isLongLog = (head: string) =>
  /^\s*\{/.test(head) && /"(step|_step|global_step|iteration|iter|epoch)"\s*:\s*\d/.test(head)

function sniff(head: Buffer, fileName: string): Verdict {
  const lines = lineText(head, 0, head.length).split('\n')
  const last = lines.pop() ?? ''
  const full = head.length >= SNIFF_BYTES
  const rows = lines.map(parseRow).filter((row) => row !== undefined)
  if (rows.some((row) => isLogRow(row, fileName))) return 'log'
  if (lines.length === 0 && full) return isLongLog(last) ? 'log' : 'other'
  const open = parseRow(last)
  if (open && isLogRow(open, fileName)) return 'log'
  return full || lines.length >= 50 ? 'other' : 'undecided'
}

/** JSON lines of metrics. */
export const jsonl: FormatParts = { sniff, open: createReader }
