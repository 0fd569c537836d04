// Fields of requests, refused in words that name them. Numbers come as text in queries; null counts as missing.
import * as z from 'zod/mini'
import type { Texts } from '../core/registry-state.ts'
import { plainText } from '../protocol/text.ts'

const isMissing = (raw: unknown): boolean => raw === undefined || raw === null

function field<T>(read: (raw: unknown) => T | undefined, expected: string) {
  return z.pipe(
    z.optional(z.unknown()),
    z.transform((raw, context): T => {
      const value = isMissing(raw) ? undefined : read(raw)
      if (value !== undefined) return value
      context.issues.push({
        code: 'custom',
        input: raw,
        message: isMissing(raw) ? 'it is missing' : expected,
      })
      return z.NEVER
    }),
  )
}

function fieldOr<T, D>(read: (raw: unknown) => T | undefined, expected: string, without: D) {
  return z.pipe(
    z.optional(z.unknown()),
    z.transform((raw, context): T | D => {
      const value = isMissing(raw) ? without : read(raw)
      if (value !== undefined || isMissing(raw)) return value as T | D
      context.issues.push({ code: 'custom', input: raw, message: expected })
      return z.NEVER
    }),
  )
}

const readText = (raw: unknown) => (typeof raw === 'string' ? raw : undefined)
const readId = (raw: unknown) =>
  typeof raw === 'number' ? String(raw) : typeof raw === 'string' && raw !== '' ? raw : undefined

function readWhole(raw: unknown): number | undefined {
  const value = typeof raw === 'string' && /^[+-]?\d{1,16}$/.test(raw) ? Number(raw) : raw
  return Number.isSafeInteger(value) ? (value as number) : undefined
}

function readWords(raw: unknown): string[] | undefined {
  const list = Array.isArray(raw) ? raw : [raw]
  const words = list.map(readId)
  return words.every((word) => word !== undefined) ? words : undefined
}

/** A text, which may be empty. */
export const text = () => field(readText, 'it must be a string')
/** A text that may be left out. */
export const maybeText = () => fieldOr(readText, 'it must be a string', undefined)
/** An id: a text that is not empty, or a number. */
export const id = () => field(readId, 'it must be a string that is not empty')
/** An id that may be left out. */
export const maybeId = () => fieldOr(readId, 'it must be a string that is not empty', undefined)
/** A whole number that may be left out: a time in Unix ms, for example. */
export const maybeWhole = () => fieldOr(readWhole, 'it must be a whole number', undefined)
/** A list of texts, none of them empty; a single one may stand alone. Left out it is empty. */
export const words = () => fieldOr(readWords, 'it must be a list of strings', [] as string[])

/** How many results to give: `usual` where it is left out, refused above `most`. */
export const count = (usual: number, most: number) =>
  fieldOr(
    (raw) => {
      const value = readWhole(raw)
      return value !== undefined && value >= 1 && value <= most ? value : undefined
    },
    `it must be a whole number from 1 to ${most}`,
    usual,
  )

const VIEWS = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'] as const

/** Which lifecycle stages to show. */
export type View = (typeof VIEWS)[number]

/** MLflow's ViewType, active ones where it is left out. */
export const view = () =>
  fieldOr(
    (raw) => VIEWS.find((name) => name === raw),
    `it must be one of ${VIEWS.join(', ')}`,
    'ACTIVE_ONLY' as View,
  )

/** True when something deleted, or not, is to be shown. */
export const isInView = (asked: View, deleted: boolean): boolean =>
  asked === 'ALL' || (asked === 'DELETED_ONLY') === deleted

/** Tags and params as they come: a list of objects with `key` and `value`, a missing value being empty. */
export const pairs = () =>
  fieldOr(
    (raw) => {
      if (!Array.isArray(raw)) return undefined
      const read = raw.map((item: { key?: unknown; value?: unknown } | null) =>
        typeof item?.key === 'string' && (isMissing(item.value) || typeof item.value === 'string')
          ? { key: item.key, value: (item.value as string | undefined) ?? '' }
          : undefined,
      )
      return read.every((item) => item !== undefined) ? read : undefined
    },
    'it must be a list of objects with a key and a value, both strings',
    [] as { key: string; value: string }[],
  )

/** Tags and params as they are answered. */
export const toPairs = (record: Texts): { key: string; value: string }[] =>
  Object.entries(record).map(([key, value]) => ({ key: plainText(key), value: plainText(value) }))

/** A tag or param in a search, as its writer knows it. */
export const plainEntry = (record: Texts, key: string): string | undefined =>
  Object.hasOwn(record, key) ? plainText(record[key]!) : undefined
