// Reads one line of what training code prints. Knows Keras, PyTorch, torchtitan, Hugging Face, Megatron,
// fairseq, XGBoost, LightGBM, CatBoost, tqdm and plain `key=value`. A line of other software is none: it
// needs a training word, or a step or an epoch beside its numbers. Pure: it knows no file and no clock.
import type { Step } from '../../src/protocol/numbers.ts'
import { parseNamespace, parseObject } from './loss-objects.ts'
import { readPairs } from './loss-pairs.ts'
import { type Batch, takePlace } from './loss-place.ts'
import { isTrainingKey, mayTrain } from './loss-words.ts'

/** Longest object, and longest line of other text, that is looked into, UTF-16 units. */
const MAX_OBJECT = 16_384
const MAX_TEXT = 4096
/** Most drawings of one line that are looked at, the last first. */
const MAX_DRAWINGS = 20

/** What a line says. */
export interface LossLine {
  step?: Step
  /** As the line names it; may be a fraction. A line may hold nothing else (`Epoch 3/10`). */
  epoch?: number
  /** Place in a pass over the data. */
  batch?: Batch
  /** Unix ms. */
  time?: number
  /** Numbers by name, as the line spells it; may be NaN or infinite. */
  readonly metrics: ReadonlyMap<string, number>
  readonly params?: Record<string, string>
}

/** Colours and other escape sequences of terminals. */
const ESCAPES = /\x1b(?:\[[0-9;:?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)?|[@-Z\\-_])/g
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]+/g

function parseText(text: string): LossLine | undefined {
  if (text.length > MAX_TEXT || /packet[ _-]loss/i.test(text)) return undefined
  const { rest, ...place } = takePlace(text)
  const metrics = readPairs(rest)
  const isPlaced = place.step !== undefined || place.epoch !== undefined
  const speaks = metrics.size > 0 && (isPlaced || [...metrics.keys()].some(isTrainingKey))
  // The epoch is said once, the lines below are its.
  const isHeading = metrics.size === 0 && place.epoch !== undefined
  return speaks || isHeading ? { ...place, metrics } : undefined
}

function parseSegment(segment: string): LossLine | undefined {
  const text = segment.replace(CONTROLS, ' ').trim()
  if (text.length > MAX_OBJECT || !/\d|nan|inf/i.test(text)) return undefined
  const object = parseObject(text)
  return object || !mayTrain(text) ? object : (parseNamespace(text) ?? parseText(text))
}

/**
 * Reads one line of training output; undefined when it carries nothing of a run. Of a line that was
 * drawn over and over (carriage returns) the last state that says something counts.
 */
export function parseLossLine(line: string): LossLine | undefined {
  const segments = line
    .slice(-4 * MAX_OBJECT)
    .replace(ESCAPES, '')
    .split('\r')
    .slice(-MAX_DRAWINGS)
  for (let i = segments.length - 1; i >= 0; i--) {
    const parsed = parseSegment(segments[i]!)
    if (parsed) return parsed
  }
  return undefined
}
