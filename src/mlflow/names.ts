// MLflow's rules for keys and texts, and its words when they are broken.
import { cleanText } from '../protocol/text.ts'
import { invalid } from './errors.ts'

/** Longest key of a metric, param or tag of a run, UTF-16 units. */
export const MAX_KEY_LENGTH = 250
/** Longest value of a param; longer ones are cut, as MLflow does. */
export const MAX_PARAM_LENGTH = 6000
/** Longest value of a tag of a run; longer ones are cut, as MLflow does. */
export const MAX_TAG_LENGTH = 8000

const KEY = /^[/\p{L}\p{N}_.\- :]+$/u
const BAD_PATH = /^\.\.|(?:^|\/)(?:\.{0,2})(?:\/|$)/

const ALLOWED =
  'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).'

/** What is echoed of a wrong value: safe to show, and short. */
export const echo = (value: unknown): string =>
  cleanText(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'), 128)

/** Refusal of a value in MLflow's words. */
export const wrong = (where: string, value: unknown, why: string) =>
  invalid(
    `Invalid value ${typeof value === 'string' ? `"${echo(value)}"` : echo(value)} for parameter '${where}' supplied: ${why}`,
  )

/** Refusal for a field that is not there, in MLflow's words. */
export const lacking = (where: string) => invalid(`Missing value for required parameter '${where}'.`)

/** Checks a key of a metric, param or tag: its characters, its path and its length. Throws MlflowError naming `where`. */
export function checkKey(key: unknown, where: string): string {
  if (key === undefined || key === null) throw lacking(where)
  if (typeof key !== 'string') throw wrong(where, key, 'it must be a string.')
  checkLength(key, where, MAX_KEY_LENGTH)
  if (key !== '' && !KEY.test(key)) throw wrong(where, key, ALLOWED)
  if (key === '' || BAD_PATH.test(key))
    throw wrong(
      where,
      key,
      'Names may be treated as files in certain cases, and must not resolve to other names when treated as such.',
    )
  return key
}

/** Refuses a text above `limit` UTF-16 units. */
export function checkLength(value: string, where: string, limit: number): void {
  if (value.length > limit)
    throw wrong(where, value, `it had length ${value.length}, which exceeded length limit of ${limit}.`)
}

/** A text as it is stored: cut at `limit` UTF-16 units and safe to show; its escapes may not make it longer. */
export const stored = (value: string, limit: number): string =>
  cleanText(cleanText(value.slice(0, limit)), limit)
