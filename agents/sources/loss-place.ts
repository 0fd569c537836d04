// Where a line of training output says it is: the step, the epoch, and the place in an epoch or under a
// progress bar. What was understood is taken out of the text, so that it is no metric as well.
import type { Step } from '../../src/protocol/numbers.ts'
import { parseStepCell, parseTime } from './cells.ts'

/** Place in one pass over the data: batch or sample `at`, of how many when the line says so. */
export interface Batch {
  readonly at: number
  readonly of?: number
}

/** What a line says of its place, and the text without it. */
export interface Place {
  rest: string
  step?: Step
  /** Epoch as the line names it; may be a fraction. */
  epoch?: number
  batch?: Batch
  /** Unix ms. */
  time?: number
}

/** A date with a time, anywhere in a text. */
export const STAMP =
  /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?(?!\d)/g
const CLOCK = /(?<![\w@.:])\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?![\w:])/g
const LEVEL = /(?<!\w)(?:INFO|DEBUG|WARN(?:ING)?|ERROR|CRITICAL|NOTICE|TRACE)(?!\w):?/g

const COUNT = String.raw`(\d{1,3}(?:,\d{3})+|\d+)`
const OF = String.raw`(?:\s*(?:\/|of)\s*${COUNT})?`
const END = String.raw`(?![\w.%]|,\d)`
const EPOCH =
  /(?<![\w-])(?:(?:at|after|for|in|of)\s)?ep(?:och)?(?:\(\w{1,12}\))?\s*[:=#]?\s*[[(]?\s*(\d+(?:\.\d+)?)(?:\s*(?:\/|of)\s*\d+)?\s*[\])]?(?![\w.%])/i
const STEP = new RegExp(
  String.raw`(?<![\w-])(?:(?:at|after|for|in|of)\s)?(?:global[_ ]step|steps?|iterations?|iter(?:\(\w{1,12}\))?|num_updates|updates?|timesteps?|total_timesteps|round|episode)\s*[:=#]?\s*[\[(]?\s*${COUNT}${OF}\s*[\])]?${END}`,
  'i',
)
const BATCH = new RegExp(
  String.raw`(?<![\w-])(?:batch|minibatch|it)\s*[:=#]?\s*[\[(]?\s*${COUNT}${OF}\s*[\])]?${END}`,
  'i',
)
/** `[640/60000 (1%)]` and `[10/196]`. */
const BRACKET = /\[\s*(\d+)\s*\/\s*(\d+)\s*(?:\(\s*\d+(?:\.\d+)?%\)\s*)?\]/
/** `| 10/100 [` of tqdm, `100/100 - ` and `1/100 [==` of Keras. */
const BAR = /\|\s*(\d+)\/(\d+)\s*(?=[[|])|^\s*(\d+)\/(\d+)(?=\s+(?:\[|[-━─]|\d))/
/** `epoch 001:  100 / 1000 loss=...` of fairseq, `epoch   1 |   200/ 2983 batches` of PyTorch's examples. */
const AFTER_EPOCH = /^[\s:|]*(\d+)\s*\/\s*(\d+)(?=\s)/

const count = (text: string) => Number(text.replaceAll(',', ''))

function makeBatch(at: string | undefined, of: string | undefined): Batch | undefined {
  if (at === undefined) return undefined
  return of === undefined ? { at: count(at) } : { at: count(at), of: count(of) }
}

/** Takes the match of `pattern` out of the rest. */
function take(place: Place, pattern: RegExp): RegExpExecArray | undefined {
  const match = pattern.exec(place.rest)
  if (!match) return undefined
  place.rest = `${place.rest.slice(0, match.index)} ${place.rest.slice(match.index + match[0].length)}`
  return match
}

function takeTimes(place: Place): void {
  const stamp = place.rest.slice(0, 80).match(STAMP)?.[0]
  const time = stamp === undefined ? undefined : parseTime(stamp)
  if (time !== undefined) place.time = time
  place.rest = place.rest.replace(STAMP, ' ').replace(CLOCK, ' ').replace(LEVEL, ' ')
}

/** Openings of a line that are a place by their shape alone. */
function takeOpening(place: Place): void {
  // PyTorch's tutorial: `[1,  2000] loss: 2.2`.
  const pair = take(place, /^[\s[\]]*\[\s*(\d+),\s*(\d+)\](?=\s*\S*\s*[a-z]+:)/i)
  if (pair) {
    place.epoch = Number(pair[1])
    place.batch = makeBatch(pair[2], undefined)
    return
  }
  // XGBoost and LightGBM: `[12]<tab>train-rmse:0.1`; CatBoost: `10:<tab>learn: 0.5`.
  const round = take(place, /^[\s[\]]*\[(\d+)\]:?(?=\s+\S+?(?:'s \S+)?:)|^\s*(\d+):(?=\s+(?:learn|test):)/i)
  if (round) place.step = parseStepCell(round[1] ?? round[2] ?? '')
}

function takeEpoch(place: Place): void {
  const match = EPOCH.exec(place.rest)
  if (!match) return
  place.epoch = Number(match[1])
  const behind: Place = { rest: place.rest.slice(match.index + match[0].length) }
  const found = take(behind, AFTER_EPOCH)
  place.batch = makeBatch(found?.[1], found?.[2])
  place.rest = `${place.rest.slice(0, match.index)} ${behind.rest.replace(/^\s*:/, '')}`
}

function takeStep(place: Place): void {
  const match = take(place, STEP)
  if (!match) return
  const [, at = '', of] = match
  // Of so many, beside an epoch: a step of that epoch.
  if (place.epoch !== undefined && of !== undefined) place.batch = makeBatch(at, of)
  else place.step = parseStepCell(at.replaceAll(',', ''))
}

/** Reads the place out of a line without escape sequences. */
export function takePlace(text: string): Place {
  const place: Place = { rest: text }
  takeTimes(place)
  takeOpening(place)
  if (place.epoch === undefined) takeEpoch(place)
  if (place.step === undefined) takeStep(place)
  if (place.step === undefined && place.batch === undefined) {
    const bar = take(place, BAR)
    const found = take(place, BRACKET) ?? take(place, BATCH)
    place.batch = makeBatch(bar?.[1] ?? bar?.[3], bar?.[2] ?? bar?.[4]) ?? makeBatch(found?.[1], found?.[2])
  }
  return place
}
