// Objects in training output: JSON, the dict that Python prints (`{'loss': 0.5, 'epoch': 0.1}`), and the
// settings that argparse prints (`Namespace(lr=0.1)`).
import { isTimeName, JSON_STEP_NAMES, parseNumber, parseStepCell, parseTime } from './cells.ts'
import { numberText, parseLooseJson } from './loose-json.ts'
import type { LossLine } from './loss-lines.ts'
import { addMetric } from './loss-pairs.ts'
import { isTrainingKey } from './loss-words.ts'
import { flattenParams, MAX_PARAMS, TooManyParams } from './params.ts'

const MAX_DEPTH = 8
const MAX_NUMBERS = 2000
const PARAM_NAMES = ['config', 'params', 'hparams', 'args']

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf(?:inity)?)`
/** `'loss': 0.5`, `"loss": '0.5'`, `'loss': tensor(0.5, device='cuda:0')`, `'loss': np.float64(0.5)`. */
const PYTHON_ITEM = new RegExp(
  `(['"])([^'"\\\\]{1,200})\\1\\s{0,4}:\\s{0,4}(?:[\\w.]{1,30}\\()?(['"]?)(${NUMBER})\\3(?=\\s{0,4}[,})])`,
  'gi',
)
const SETTING =
  /([A-Za-z_]\w{0,100})=('(?:[^'\\]|\\.){0,2000}'|"(?:[^"\\]|\\.){0,2000}"|\[[^\]]{0,2000}\]|[^,()]{0,2000})/g

type Texts = Map<string, string>

function collect(value: object, prefix: string, out: Texts, depth: number): void {
  if (depth > MAX_DEPTH) return
  for (const [key, item] of Object.entries(value)) {
    if (out.size >= MAX_NUMBERS) return
    const number = numberText(item)
    if (number !== undefined) out.set(prefix + key, number)
    else if (depth === 0 && (isTimeName(key) || JSON_STEP_NAMES.includes(key))) out.set(key, String(item))
    else if (typeof item === 'object' && item !== null && !Array.isArray(item))
      if (depth > 0 || !PARAM_NAMES.includes(key)) collect(item, `${prefix}${key}.`, out, depth + 1)
  }
}

function parseJson(text: string): object | undefined {
  try {
    const value = parseLooseJson(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function paramsOf(value: object): Record<string, string> | undefined {
  for (const [key, item] of Object.entries(value)) {
    if (!PARAM_NAMES.includes(key) || typeof item !== 'object' || item === null) continue
    try {
      const params = flattenParams(item)
      if (Object.keys(params).length > 0) return params
    } catch (error) {
      if (!(error instanceof TooManyParams)) throw error
    }
  }
  return undefined
}

function lineOf(texts: Texts, params: Record<string, string> | undefined): LossLine | undefined {
  const metrics = new Map<string, number>()
  const line: LossLine = { metrics, ...(params && { params }) }
  for (const [key, text] of texts) {
    const value = parseNumber(text)
    if (isTimeName(key)) line.time ??= parseTime(text)
    else if (key.toLowerCase() === 'epoch') line.epoch = value
    else if (value !== undefined && !JSON_STEP_NAMES.includes(key)) addMetric(metrics, key, value)
  }
  const name = JSON_STEP_NAMES.find((step) => step !== 'epoch' && texts.has(step))
  if (name !== undefined) line.step = parseStepCell(texts.get(name) ?? '')
  const isPlaced = line.step !== undefined || line.epoch !== undefined
  const speaks = metrics.size > 0 && (isPlaced || [...metrics.keys()].some(isTrainingKey))
  return speaks || params ? line : undefined
}

/** Reads a line that ends in an object; undefined when it does not or the object is not about training. */
export function parseObject(text: string): LossLine | undefined {
  const start = text.indexOf('{')
  if (start < 0 || !text.endsWith('}')) return undefined
  const body = text.slice(start)
  const value = parseJson(body)
  const texts: Texts = new Map()
  if (value) collect(value, '', texts, 0)
  else for (const [, , key = '', , number = ''] of body.matchAll(PYTHON_ITEM)) texts.set(key, number)
  return lineOf(texts, value && paramsOf(value))
}

const unquote = (text: string) => (/^(['"]).*\1$/s.test(text) ? text.slice(1, -1) : text.trim())

/** Reads the settings that argparse prints. */
export function parseNamespace(text: string): LossLine | undefined {
  const body = /(?:^|[\s:=])Namespace\((.*)\)\s*$/s.exec(text)?.[1]
  if (body === undefined) return undefined
  const entries = [...body.matchAll(SETTING)].slice(0, MAX_PARAMS)
  const params = Object.fromEntries(entries.map(([, key = '', value = '']) => [key, unquote(value)]))
  return entries.length > 0 ? { metrics: new Map(), params } : undefined
}
