// What training code prints, kept in a file: train.log, nohup.out, slurm-123.out, the console of XGBoost.
// Each line that carries metrics is read (loss-lines.ts) and gets its step (loss-steps.ts); all others are
// passed over. A bar that is drawn over and over is read at each carriage return. A file of nothing but
// two numbers a line, counted evenly, is one metric called `value`.
import { parseNumber, parseStepCell } from './cells.ts'
import { type FileReader, type ReadContext, SNIFF_BYTES, savedFields, type Verdict } from './format.ts'
import type { FormatParts } from './lazy-format.ts'
import { lineText, openLines, readLines } from './lines.ts'
import { parseLossLine } from './loss-lines.ts'
import { createStepper } from './loss-steps.ts'
import { isTrainingKey } from './loss-words.ts'
import type { Json } from './source.ts'

const CR = 13
const LF = 10

/** Where the line or the drawing at `at` ends; -1 while it is incomplete. */
function lineEnd(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(LF, at)
  const end = newline < 0 ? bytes.length : newline
  const drawn = bytes.subarray(at, end).indexOf(CR)
  return drawn < 0 ? newline : at + drawn
}

const BARE = /^\s*(\d{1,18})[ \t]+([-+]?[\d.]+(?:e[-+]?\d+)?|nan|[-+]?inf)\s*$/i

function bareRow(line: string): { step: number | bigint; value: number } | undefined {
  const match = BARE.exec(line)
  const step = match ? parseStepCell(match[1]!) : undefined
  const value = match ? parseNumber(match[2]!) : undefined
  return step === undefined || value === undefined ? undefined : { step, value }
}

function createReader(saved: Json | undefined): FileReader {
  const fields = savedFields(saved)
  const lines = openLines(fields)
  const stepper = createStepper(fields.steps)
  /** The first line was two bare numbers: so are all that count. */
  let bare = typeof fields.bare === 'boolean' ? fields.bare : undefined

  function readLine(text: string, { sink, mtime }: ReadContext): void {
    if (bare === undefined && text.trim() !== '') bare = bareRow(text) !== undefined
    if (bare) {
      const row = bareRow(text)
      if (row) sink.point('value', row.step, mtime, row.value)
      return
    }
    const line = parseLossLine(text)
    if (!line) return
    if (line.params) sink.params(line.params)
    const step = stepper.stepOf(line)
    if (step === undefined) return
    for (const [key, value] of line.metrics) sink.point(key, step, line.time ?? mtime, value)
  }

  return {
    stopped: false,
    read: (bytes, context) =>
      readLines(
        bytes,
        lines,
        {
          end: lineEnd,
          record: (start, end, again) => {
            if (!again) readLine(lineText(bytes, start, end), context)
          },
          // A program that was killed leaves its last words without a newline; half a number is no news.
          tail: () => false,
        },
        context,
      ),
    rotated() {
      Object.assign(lines, openLines({}))
    },
    save: () => ({ ...lines, steps: stepper.save(), ...(bare !== undefined && { bare }) }),
  }
}

/** Rows of two numbers that are counted evenly, the second with decimals: a curve, no list of data. */
function isBareCurve(lines: readonly string[]): boolean {
  const rows = lines.map(bareRow)
  if (rows.length < 5 || rows.includes(undefined)) return false
  const steps = rows.map((row) => Number(row?.step))
  const stride = steps[1]! - steps[0]!
  const isEven = stride > 0 && steps.every((step, i) => step === steps[0]! + i * stride)
  const decimals = lines.filter((line) => /[.e]/i.test(BARE.exec(line)?.[2] ?? '')).length
  return isEven && [0, 1, stride].includes(steps[0]!) && decimals >= rows.length / 2
}

/** File names that say by themselves that a model is trained there. */
const isTrainingName = (fileName: string) => /train|tune|sft|xgb|lightgbm|lgbm|catboost|loss/i.test(fileName)

const isTrainingLine = (line: string) => [...(parseLossLine(line)?.metrics.keys() ?? [])].some(isTrainingKey)

/** A log carries metrics in a fair share of its first lines: three and a twentieth, or two and a fifth. */
function sniff(head: Buffer, fileName: string): Verdict {
  const full = head.length >= SNIFF_BYTES
  if (head.includes(0)) return 'other'
  const lines = lineText(head, 0, head.length)
    .split(/[\r\n]+/)
    .slice(0, -1)
    .filter((line) => line.trim() !== '')
  const hits = lines.filter(isTrainingLine).length
  const share = hits / Math.max(1, lines.length)
  if ((hits >= 3 && share >= 0.05) || (hits >= 2 && share >= 0.2)) return 'log'
  if (isTrainingName(fileName) && hits >= 1) return 'log'
  if (isBareCurve(lines)) return 'log'
  return full ? 'other' : 'undecided'
}

/** Printed output of training code. */
export const textLog: FormatParts = { sniff, open: createReader }
