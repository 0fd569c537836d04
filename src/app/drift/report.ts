// What `mlops drift` found: the same shape in every mode.
import type { ColumnType, Statistic, Statistics } from '../../core/drift/column.ts'
import { howItMoved } from '../../core/drift/drift-words.ts'
import type { Verdict } from '../../core/drift/own-verdict.ts'
import type { Profile } from '../../core/drift/profile.ts'
import type { TypedColumn } from './column-types.ts'

/** Whose rules decide. */
export type Mode = 'own' | 'evidently' | 'nannyml'

/** How many cells a column has, and how many of them hold no usable value. */
export interface CellCounts {
  readonly rows: number
  readonly missing: number
  readonly infinite: number
}

/** Whether a reference agrees with itself. */
export interface ReferenceState {
  readonly state: 'steady' | 'drifts' | 'not enough data'
  /** A sentence where it drifts. */
  readonly note?: string
}

/** A column of the report. */
export interface ReportColumn {
  readonly name: string
  readonly type: ColumnType
  /** What a guessed type rests on; absent where the user named it. */
  readonly guess?: string
  readonly verdict: Verdict
  /** Why there is not enough data. */
  readonly why?: string
  /** Name of the statistic that decides, and what it says. */
  readonly test?: string
  readonly default?: Statistic
  /** Adjusted for all columns; own mode only. */
  readonly p_adjusted?: number | null
  readonly statistics: Statistics
  /** How it moved, in words; absent where nothing can be compared. */
  readonly moved?: string
  readonly reference: CellCounts
  readonly current: CellCounts
  readonly reference_state?: ReferenceState
}

/** The whole answer. */
export interface Report {
  readonly mode: Mode
  readonly reference: string
  readonly current: string
  /** Own mode: any column has drifted. Evidently: half of them or more. NannyML: any. */
  readonly drifted: boolean
  readonly drifted_columns: readonly string[]
  /** Share of the compared columns that have drifted, 0 to 1. */
  readonly share: number
  readonly columns: readonly ReportColumn[]
  readonly left_out: readonly { readonly name: string; readonly why: string }[]
}

/** Sums up columns into a report. */
export function reportOf(
  mode: Mode,
  reference: string,
  current: string,
  columns: readonly ReportColumn[],
  typed: readonly TypedColumn[],
): Report {
  const drifted = columns.filter(({ verdict }) => verdict === 'drifted').map(({ name }) => name)
  const share = columns.length === 0 ? 0 : drifted.length / columns.length
  return {
    mode,
    reference,
    current,
    drifted: mode === 'evidently' ? share >= 0.5 : drifted.length > 0,
    drifted_columns: drifted,
    share,
    columns,
    left_out: typed
      .filter(({ type }) => type === 'left out')
      .map(({ name, guess }) => ({ name, why: guess ?? '' })),
  }
}

/** Cells of a profile. */
export function cellCounts({ counts, missing, infinite }: Profile): CellCounts {
  return { rows: counts.reduce((sum, count) => sum + count, missing + infinite), missing, infinite }
}

/** Why a column without any row says nothing: a file lacks it. */
export function absence(reference: CellCounts, current: CellCounts): string | undefined {
  if (reference.rows > 0 && current.rows === 0) return 'the window has no such column, or no rows'
  return undefined
}

/** The words on a move; undefined where a side has no rows. */
export function movedWords(reference: Profile, current: Profile): string | undefined {
  if (cellCounts(reference).rows === 0 || cellCounts(current).rows === 0) return undefined
  return howItMoved(reference, current) || undefined
}
