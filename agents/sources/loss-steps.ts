// Gives each line of training output its step:
// 1. a step that the line names;
// 2. in a pass over the data, the batches of the passes before it plus its own; a finished pass is its epoch
//    when the log tells of finished passes only (Keras with verbose=2);
// 3. its epoch, until an epoch is a fraction or says one thing twice: from then on such lines are counted;
// 4. the step of the line before; in a log whose lines name nothing, the epoch of the heading above
//    (`Epoch 3/10`), and counted as soon as one thing is said twice.
import { parseStep, type Step, toStep } from '../../src/protocol/numbers.ts'
import { savedFields } from './format.ts'
import type { LossLine } from './loss-lines.ts'
import type { Batch } from './loss-place.ts'
import type { Json } from './source.ts'

/** Most names that are remembered of one step. */
const MAX_KEYS = 256

/** Gives steps to the lines of one log, in their order. */
export interface Stepper {
  /** The step of a line; undefined when it has no metrics, and only says where the next ones are. */
  stepOf(line: LossLine): Step | undefined
  /** What the stepper of the rest of the log needs. */
  save(): Json
}

interface State {
  last: Step | undefined
  /** What was said at the last step. */
  keys: Set<string>
  epoch: number | undefined
  /** The epoch of the pass that goes on. */
  pass: number | undefined
  /** Batches in the passes before, and where this one is, of how many. */
  base: number
  at: number
  of: number | undefined
  /** An unfinished pass was seen. */
  inside: boolean
  /** Epochs are no steps of this log. */
  counting: boolean
  /** A line with metrics named its place. */
  named: boolean
}

function load(saved: Json | undefined): State {
  const fields = savedFields(saved)
  const number = (value: Json | undefined) => (typeof value === 'number' ? value : undefined)
  return {
    last: typeof fields.last === 'string' ? parseStep(fields.last) : undefined,
    keys: new Set(Array.isArray(fields.keys) ? fields.keys.map(String) : []),
    epoch: number(fields.epoch),
    pass: number(fields.pass),
    base: number(fields.base) ?? 0,
    at: number(fields.at) ?? 0,
    of: number(fields.of),
    inside: fields.inside === true,
    counting: fields.counting === true,
    named: fields.named === true,
  }
}

const save = ({ last, keys, ...rest }: State): Json => ({
  ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== false)),
  ...(last !== undefined && { last: String(last) }),
  ...(keys.size > 0 && { keys: [...keys] }),
})

const INT64_MAX = 2n ** 63n - 1n
const nextStep = (last: Step | undefined): Step =>
  last === undefined || last === INT64_MAX ? (last ?? 0) : toStep(BigInt(last) + 1n)

const isCount = (value: number | undefined) => value === undefined || (value >= 0 && value < 1e12)

/** Moves on to a place in a pass; false for the bar of something else, an evaluation for example. */
function advance(state: State, { at, of }: Batch, isNamed: boolean): boolean {
  const isNew = state.pass !== state.epoch || at < state.at
  const isForeign = !isNamed && of !== undefined && state.of !== undefined && of !== state.of
  if (isForeign && state.pass === state.epoch) return false
  if (isNew && (state.at > 0 || state.of !== undefined)) state.base += state.of ?? state.at
  state.pass = state.epoch
  state.at = at
  state.of = of
  return true
}

/** The step of a line in a pass over the data; undefined when it is in no pass of the training. */
function stepInPass(state: State, line: LossLine): Step | undefined {
  const { batch } = line
  if (!batch || !isCount(batch.at) || !isCount(batch.of)) return undefined
  if (!advance(state, batch, line.epoch !== undefined)) return undefined
  if (batch.at !== batch.of) state.inside = true
  const step = state.inside || state.epoch === undefined ? state.base + batch.at : state.epoch
  return Number.isSafeInteger(step) ? step : undefined
}

/** The step of a line that names its epoch; `repeats`: it says again what was said at the last step. */
function stepOfEpoch(state: State, epoch: number, repeats: boolean): Step {
  if (state.inside) return state.base + state.at
  if (!Number.isSafeInteger(epoch) || (repeats && state.last === epoch)) state.counting = true
  return state.counting ? nextStep(state.last) : epoch
}

/** The step of a line that names nothing. */
function stepOfBare(state: State, repeats: boolean): Step {
  if (state.named) return state.last ?? 0
  const heading = state.counting ? undefined : state.epoch
  if (heading !== undefined && heading !== state.last) return heading
  if (repeats) state.counting = true
  return repeats || state.last === undefined ? nextStep(state.last) : state.last
}

function stepOf(state: State, line: LossLine): Step | undefined {
  if (line.epoch !== undefined && Number.isSafeInteger(line.epoch)) state.epoch = line.epoch
  if (line.metrics.size === 0) return undefined
  const names = [...line.metrics.keys()]
  const repeats = names.some((name) => state.keys.has(name))
  const step =
    line.step ??
    stepInPass(state, line) ??
    (line.epoch === undefined ? stepOfBare(state, repeats) : stepOfEpoch(state, line.epoch, repeats))
  state.named ||= line.step !== undefined || line.epoch !== undefined || line.batch !== undefined
  if (step !== state.last) state.keys.clear()
  state.last = step
  for (const name of names) if (state.keys.size < MAX_KEYS) state.keys.add(name)
  return step
}

/** Makes a stepper; `saved` is what an earlier one of the same log saved. */
export function createStepper(saved?: Json): Stepper {
  const state = load(saved)
  return { stepOf: (line) => stepOf(state, line), save: () => save(state) }
}
