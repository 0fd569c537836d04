// `mlops drift --mode own`: verdicts from profiles, in bounded memory.
import type { Statistic } from '../../core/drift/column.ts'
import { type Judged, ownVerdicts } from '../../core/drift/own-verdict.ts'
import { emptyProfile, type Profile } from '../../core/drift/profile.ts'
import { type Stationarity, stationarity } from '../../core/drift/stationarity.ts'
import type { TypedColumn } from './column-types.ts'
import {
  BLOCKS,
  type ReferenceProfile,
  referenceProfiles,
  type Wanted,
  windowProfiles,
} from './file-profiles.ts'
import { absence, cellCounts, movedWords, type ReferenceState, type ReportColumn } from './report.ts'

const STATISTIC_OF = {
  cdf: 'ks_stat',
  shape: 'jensenshannon_base2',
  missing: 'missing_change',
  unseen: 'unseen_change',
} as const

function decidingTest({ reasons, statistics }: Judged, type: Wanted['type']): string | undefined {
  const usual = type === 'num' ? ('cdf' as const) : ('shape' as const)
  const reason = reasons.includes(usual) || reasons.length === 0 ? usual : reasons[0]!
  const name = STATISTIC_OF[reason]
  return name in statistics ? name : undefined
}

/** The deciding statistic says what the verdict says, which also weighs the size of the change. */
const decided = (statistic: Statistic, { verdict }: Judged): Statistic => ({
  ...statistic,
  drifted: verdict === 'drifted',
})

function stateOf({ state, block, distance }: Stationarity): ReferenceState {
  if (state !== 'drifts') return { state }
  const note = `tenth ${block! + 1} of ${BLOCKS}, Jensen-Shannon ${distance!.toFixed(2)}`
  return { state, note }
}

function columnOf(
  { name, type, guess }: TypedColumn & Wanted,
  reference: ReferenceProfile,
  current: Profile,
  judged: Judged,
  steadiness: Stationarity,
): ReportColumn {
  const test = decidingTest(judged, type)
  const moved = movedWords(reference.whole, current)
  const counts = { reference: cellCounts(reference.whole), current: cellCounts(current) }
  const why = absence(counts.reference, counts.current) ?? judged.why
  return {
    name,
    type,
    ...(guess !== undefined && { guess }),
    verdict: judged.verdict,
    ...(why !== undefined && { why }),
    ...(test !== undefined && { test, default: decided(judged.statistics[test]!, judged) }),
    p_adjusted: judged.p,
    statistics: judged.statistics,
    ...(moved !== undefined && { moved }),
    ...counts,
    reference_state: stateOf(steadiness),
  }
}

const NO_BINS = { type: 'num', edges: Float64Array.of(0) } as const

/** Columns of the report. Rejects with CliError where a file cannot be read. */
export async function ownColumns(
  referencePath: string,
  currentPath: string,
  wanted: readonly (TypedColumn & Wanted)[],
): Promise<ReportColumn[]> {
  const references = await referenceProfiles(referencePath, wanted)
  const bins = new Map([...references].map(([name, { whole }]) => [name, whole.bins]))
  const windows = await windowProfiles(currentPath, bins)
  const empty: ReferenceProfile = { whole: emptyProfile(NO_BINS), blocks: [] }
  const all = wanted.map((column) => ({
    column,
    reference: references.get(column.name) ?? empty,
    current: windows.get(column.name) ?? emptyProfile(NO_BINS),
  }))
  const judged = ownVerdicts(
    all.map(({ column, reference, current }) => ({ name: column.name, reference: reference.whole, current })),
  )
  const steadiness = stationarity(all.map(({ reference }) => reference.blocks))
  return all.map(({ column, reference, current }, i) =>
    columnOf(column, reference, current, judged[i]!, steadiness[i]!),
  )
}
