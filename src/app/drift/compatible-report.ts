// `mlops drift --mode evidently` and `--mode nannyml`: whole columns in memory, verdicts by the rules of those tools.
import type { Column } from '../../core/drift/column.ts'
import { evidentlyColumn } from '../../core/drift/evidently.ts'
import { nannymlColumn } from '../../core/drift/nannyml.ts'
import { addNumber, emptyProfile, numericBins, type Profile, wordAdder } from '../../core/drift/profile.ts'
import { sortedFinite } from '../../core/drift/samples.ts'
import type { TypedColumn } from './column-types.ts'
import type { Wanted } from './file-profiles.ts'
import { absence, cellCounts, movedWords, type ReportColumn } from './report.ts'
import { readColumns } from './table-columns.ts'

/** What the rules of a tool say of a column. */
type Ruling = Pick<ReportColumn, 'test' | 'default' | 'statistics'>

/** NannyML's default method for every column. */
const NANNYML_TEST = 'jensen_shannon_base2'

function ruling(
  mode: 'evidently' | 'nannyml',
  reference: Column,
  current: Column,
  chunkRows?: number,
): Ruling {
  if (mode === 'evidently') {
    const { test, default: said, statistics } = evidentlyColumn(reference, current)
    return test === undefined || said === undefined ? { statistics } : { test, default: said, statistics }
  }
  const statistics = nannymlColumn(reference, current, chunkRows)
  const said = statistics[NANNYML_TEST]
  return said ? { test: NANNYML_TEST, default: said, statistics } : { statistics }
}

/** Profiles of both columns, for the words on how it moved. */
function profilesOf(reference: Column, current: Column): readonly [Profile, Profile] {
  if (reference.type === 'num') {
    const sorted = sortedFinite(reference.values)
    const bins = numericBins(sorted.length > 0 ? sorted : Float64Array.of(0))
    return [profileOf(reference, emptyProfile(bins)), profileOf(current, emptyProfile(bins))]
  }
  const words = [...new Set(reference.values.filter((value) => value !== null))]
  return [
    profileOf(reference, emptyProfile({ type: 'cat', words })),
    profileOf(current, emptyProfile({ type: 'cat', words })),
  ]
}

function profileOf({ type, values }: Column, profile: Profile): Profile {
  if (type === 'num') for (const value of values) addNumber(profile, value)
  else for (const add of [wordAdder(profile)]) for (const value of values) add(value)
  return profile
}

const nothing = (type: Wanted['type']): Column =>
  type === 'num' ? { type, values: new Float64Array(0) } : { type, values: [] }

function columnOf(
  mode: 'evidently' | 'nannyml',
  { name, type, guess }: TypedColumn & Wanted,
  reference: Column,
  current: Column,
  chunkRows: number | undefined,
): ReportColumn {
  const [before, after] = profilesOf(reference, current)
  const said = ruling(mode, reference, current, chunkRows)
  const isKnown = said.default?.drifted !== undefined && said.default.drifted !== null
  const moved = movedWords(before, after)
  const counts = { reference: cellCounts(before), current: cellCounts(after) }
  return {
    name,
    type,
    ...(guess !== undefined && { guess }),
    verdict: !isKnown ? 'not enough data' : said.default?.drifted ? 'drifted' : 'stable',
    ...(!isKnown && {
      why: absence(counts.reference, counts.current) ?? said.default?.why ?? 'a side has no values',
    }),
    ...said,
    ...(moved !== undefined && { moved }),
    ...counts,
  }
}

/**
 * Columns of the report. `chunkRows`: rows of a chunk from which NannyML's thresholds are learned, a tenth of the
 * reference by default. Rejects with CliError where a file cannot be read.
 */
export async function compatibleColumns(
  mode: 'evidently' | 'nannyml',
  referencePath: string,
  currentPath: string,
  wanted: readonly (TypedColumn & Wanted)[],
  chunkRows?: number,
): Promise<ReportColumn[]> {
  const references = await readColumns(referencePath, wanted)
  const windows = await readColumns(currentPath, wanted)
  return wanted.map((column) => {
    const { name, type } = column
    const reference = references.get(name) ?? nothing(type)
    const current = windows.get(name) ?? nothing(type)
    return columnOf(mode, column, reference, current, chunkRows)
  })
}
