// Files of MLflow metrics: lines of `timestamp value step`, more columns (model, dataset) behind them. Old files
// have no step.

import { parseStep, type Step } from '../../src/protocol/numbers.ts'
import { parseNumber } from './cells.ts'
import type { FileFormat } from './format.ts'
import { savedFields } from './format.ts'
import { type LineState, lineText, openLines, readLines } from './lines.ts'

/** One point of a metric; time in Unix ms. */
export interface MetricLine {
  readonly time: number
  readonly value: number
  readonly step: Step
}

/** Furthest a time may lie from 1970, ms. */
const MAX_TIME = 8.64e15

/** Reads a line; undefined when it is none. */
export function parseMetricLine(line: string): MetricLine | undefined {
  const [timeText = '', valueText = '', stepText] = line.trim().split(/\s+/, 3)
  const time = /^-?\d{1,16}$/.test(timeText) ? Number(timeText) : Number.NaN
  const value = parseNumber(valueText)
  const step = stepText === undefined ? 0 : parseStep(stepText)
  if (!(Math.abs(time) <= MAX_TIME) || value === undefined || step === undefined) return undefined
  return { time, value, step }
}

/** The format of the file of one metric, whose key its path tells. */
export const metricFormat = (key: string): FileFormat => ({
  name: 'mlflow',
  run: 'directory',
  match: () => true,
  sniff: () => 'log',
  open(saved) {
    const state: LineState = openLines(savedFields(saved))
    return {
      stopped: false,
      rotated() {},
      save: () => ({ ...state }),
      read(bytes, context) {
        const take = (start: number, end: number): boolean => {
          const text = lineText(bytes, start, end)
          const point = parseMetricLine(text)
          if (point) context.sink.point(key, point.step, point.time, point.value)
          else if (text.trim() !== '') context.sink.problem('lines that are no metric', `line ${state.line}`)
          return point !== undefined
        }
        return readLines(
          bytes,
          state,
          {
            end: (piece, at) => piece.indexOf(10, at),
            record: (start, end, again) => void (again || take(start, end)),
            // A line that is cut may still be one: it is whole with its step.
            tail: (start, end) =>
              lineText(bytes, start, end).trim().split(/\s+/).length > 2 && take(start, end),
          },
          context,
        )
      },
    }
  },
})
