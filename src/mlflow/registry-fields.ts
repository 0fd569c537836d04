// Fields of requests to the model registry, and the rules of its names. Limits are upstream's where it has one.
import * as z from 'zod/mini'
import type { Texts } from '../core/registry-state.ts'
import { STAGES } from '../protocol/registry-events.ts'
import { cleanText } from '../protocol/text.ts'
import { invalid } from './errors.ts'
import { id } from './fields.ts'
import { checkKey, checkLength, echo, stored, wrong } from './names.ts'

/** Longest name of a registered model, UTF-16 units. */
const MAX_NAME = 256
/** Longest tag or description, UTF-16 units. */
const MAX_LONG = 100_000
const MAX_ALIAS = 255

/** Stage of a model version. */
export type Stage = (typeof STAGES)[number]

/** A version: a whole number from 1 on, which may come as text. */
export const version = () =>
  z.pipe(
    id(),
    z.transform((raw, context): number => {
      if (/^\d{1,15}$/.test(raw) && Number(raw) > 0) return Number(raw)
      context.issues.push({
        code: 'custom',
        input: raw,
        message: 'Model version must be a whole number from 1 on',
      })
      return z.NEVER
    }),
  )

/** Refuses a name that no model may have: empty, too long, with `/` or `:` (they would break `models:/` addresses) or not to be shown. */
export function checkModelName(name: string): string {
  if (name.trim() === '') throw wrong('name', name, 'Registered model name cannot be empty.')
  checkLength(name, 'name', MAX_NAME)
  if (/[/:]/.test(name)) throw wrong('name', name, 'Registered model names cannot contain / or :')
  if (cleanText(name) !== name) throw wrong('name', name, 'it has characters that cannot be shown.')
  return name
}

/** Refuses a name that no alias may have. */
export function checkAlias(alias: string): string {
  checkLength(alias, 'alias', MAX_ALIAS)
  if (!/^[\w-]+$/.test(alias))
    throw wrong('alias', alias, 'Aliases may only contain alphanumerics, underscores (_) and dashes (-).')
  if (alias.toLowerCase() === 'latest') throw wrong('alias', alias, "'latest' is reserved.")
  if (/^v\d+$/i.test(alias)) throw wrong('alias', alias, 'names such as v1 stand for versions.')
  return alias
}

/** Tags as they are stored; refused where a key or a value breaks upstream's rules. */
export function checkTags(tags: readonly { key: string; value: string }[]): Texts {
  const checked = tags.map(({ key, value }) => {
    checkKey(key, 'key')
    checkLength(value, 'value', MAX_LONG)
    return [key, stored(value, MAX_LONG)] as const
  })
  return Object.fromEntries(checked)
}

/** A text of limited length as it is stored; refused above the limit. */
export function checkedText(value: string, where: string, limit = MAX_LONG): string {
  checkLength(value, where, limit)
  return stored(value, limit)
}

/** A stage, whatever its case. */
export function readStage(raw: string): Stage {
  const stage = STAGES.find((name) => name.toLowerCase() === raw.toLowerCase())
  if (!stage)
    throw invalid(`Invalid Model Version stage: ${echo(raw)}. Value must be one of ${STAGES.join(', ')}.`)
  return stage
}
