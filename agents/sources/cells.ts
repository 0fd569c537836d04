// What the names and cells of a log row mean: which one is the step, which one the time, what is a
// number. Shared by the tables and the JSON lines.
import { parseStep, type Step } from '../../src/protocol/numbers.ts'

/** Names of steps, the most telling first; compared in lower case. */
export const STEP_NAMES = [
  'step',
  'epoch',
  'global_step',
  '_step',
  'iteration',
  'iter',
  'iterations',
  'round',
  'steps',
  'current_steps',
  'train_step',
  'num_updates',
  'timestep',
  'timesteps',
  'total_timesteps',
]
/** The same for JSON rows, which often carry the epoch beside the true step. */
export const JSON_STEP_NAMES = ['step', '_step', 'global_step', ...STEP_NAMES.slice(4), 'epoch']

const TIME_NAMES = new Set([
  'timestamp',
  '_timestamp',
  'time',
  'wall_time',
  'walltime',
  'datetime',
  'date',
  'created_at',
])

/** Names that log files usually have, without their extension. */
const LOG_NAME =
  /^(metrics?|results?|logs?|train(ing)?_?logs?|trainer_log|eval_?logs?|history|progress|losses|loss|monitor|learn_error|test_error|time_left|log_history|scalars)$/i
/** Log names that say nothing of the run: it is called after its directory. */
const PLAIN_NAME =
  /^(metrics?|results?|logs?|train(ing)?_?logs?|trainer_log|history|progress|monitor|log_history|scalars)$/i

const stem = (fileName: string) => fileName.replace(/\.[^.]*$/, '')

/** True for file names that logs usually have (`metrics.csv`, `history.jsonl`). */
export const isLogName = (fileName: string) => LOG_NAME.test(stem(fileName))
/** True for log names that say nothing of the run. */
export const isPlainName = (fileName: string) => PLAIN_NAME.test(stem(fileName))
/** True for names of times. */
export const isTimeName = (name: string) => TIME_NAMES.has(name.toLowerCase())

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const SPECIAL = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i

/** Reads a number as Python writes it; undefined for all else (`0x10`, `1_000`, `1,5`, empty). */
export function parseNumber(cell: string): number | undefined {
  if (NUMBER.test(cell)) return Number(cell)
  const special = SPECIAL.exec(cell)
  if (!special) return undefined
  if (special[2]) return Number.NaN
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** Reads a step: an int64 exactly, `1e3` and `24.0` too; undefined for `7.5` and all else. */
export function parseStepCell(cell: string): Step | undefined {
  const exact = parseStep(cell)
  if (exact !== undefined || !NUMBER.test(cell)) return exact
  const value = Number(cell)
  return Number.isSafeInteger(value) && !/^[+-]?\d+$/.test(cell) ? value : undefined
}

function epochTime(value: number): number | undefined {
  if (!(value > 1e9)) return undefined
  if (value < 1e11) return value * 1000
  if (value < 1e14) return value
  if (value < 1e17) return value / 1000
  return value < 1e20 ? value / 1e6 : undefined
}

/**
 * Reads a time as Unix ms: ISO 8601 (local when it names no zone) or an epoch in s, ms, us or ns above
 * 1e9; undefined for all else, seconds since the start included.
 */
export function parseTime(cell: string): number | undefined {
  if (NUMBER.test(cell)) return epochTime(Number(cell))
  if (!/^\d{4}[-/]\d\d[-/]\d\d/.test(cell) || cell.length > 64) return undefined
  const time = Date.parse(cell.replace(/,(\d+)/, '.$1').replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(time) ? undefined : time
}
