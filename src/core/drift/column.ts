// What the statistics are computed from, and what they answer: columns, statistics, verdicts.
import type { Sample } from './samples.ts'

/** How a column is compared. */
export type ColumnType = 'num' | 'cat'

/** A column of numbers; missing cells are NaN. */
export interface NumericColumn {
  readonly type: 'num'
  readonly values: Sample
}

/** A column of words; missing cells are null. */
export interface CategoricalColumn {
  readonly type: 'cat'
  readonly values: readonly (string | null)[]
}

/** A column of either type. */
export type Column = NumericColumn | CategoricalColumn

/** One statistic of a column. */
export interface Statistic {
  /** Null where it is undefined; `why` says so. Never NaN or infinite. */
  readonly value: number | null
  /** What the value is held against; null for one that only informs. */
  readonly threshold: number | null
  /** What the threshold says; null without threshold or value. */
  readonly drifted: boolean | null
  /** Why there is no value. */
  readonly why?: string
  /** P-value that belongs to the value. */
  readonly p_value?: number
}

/** Statistics by the names of the tools they come from. */
export type Statistics = Readonly<Record<string, Statistic>>

/** How a value stands to its threshold when it has drifted. */
export type Rule = '>=' | '>' | '<=' | '<'

const meets: Readonly<Record<Rule, (value: number, threshold: number) => boolean>> = {
  '>=': (value, threshold) => value >= threshold,
  '>': (value, threshold) => value > threshold,
  '<=': (value, threshold) => value <= threshold,
  '<': (value, threshold) => value < threshold,
}

/** A value held against a threshold. */
export function judged(value: number | null | undefined, rule: Rule, threshold: number): Statistic {
  if (value === null || value === undefined || !Number.isFinite(value))
    return { value: null, threshold, drifted: null, why: undefinedWhy(value) }
  return { value, threshold, drifted: meets[rule](value, threshold) }
}

/** A value that only informs. */
export function informing(value: number | null | undefined): Statistic {
  if (value === null || value === undefined || !Number.isFinite(value))
    return { value: null, threshold: null, drifted: null, why: undefinedWhy(value) }
  return { value, threshold: null, drifted: null }
}

const undefinedWhy = (value: number | null | undefined) =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY
    ? 'beyond the range of numbers'
    : 'undefined for these values'
