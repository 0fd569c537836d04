// Profiles of a reference and a window, from files of any size in bounded memory: the reference is read twice (bins,
// then counts, in ten blocks of rows), the window once.
import type { ColumnType } from '../../core/drift/column.ts'
import {
  addNumber,
  emptyProfile,
  type FeatureBins,
  merged,
  numericBins,
  type Profile,
  wordAdder,
} from '../../core/drift/profile.ts'
import { reservoir, seededRandom } from '../../core/drift/random.ts'
import { isMissing, numberIn, wordIn } from './cells.ts'
import { openCsv } from './csv-rows.ts'

/** A column that is wanted. */
export interface Wanted {
  readonly name: string
  readonly type: ColumnType
}

/** A reference's profile, and its parts in the order of its rows. */
export interface ReferenceProfile {
  readonly whole: Profile
  readonly blocks: readonly Profile[]
}

/** Blocks a reference is divided into. */
export const BLOCKS = 10
/** Values of a numeric column that its bins are drawn from. */
const SAMPLE = 10_000
/** Distinct words that are counted, and those that get a bin. */
const MOST_WORDS = 10_000
const MOST_WORD_BINS = 1000
const SEED = 20_261_123

interface BinFinder {
  add(cell: string | undefined): void
  bins(): FeatureBins | undefined
}

function findNumericBins(): BinFinder {
  const sample = reservoir(SAMPLE, seededRandom(SEED))
  return {
    add(cell) {
      const value = isMissing(cell) ? undefined : numberIn(cell!)
      if (value !== undefined && Number.isFinite(value)) sample.add(value)
    },
    bins() {
      const sorted = sample.sorted()
      return sorted.length === 0 ? undefined : numericBins(sorted)
    },
  }
}

function findWordBins(): BinFinder {
  const counts = new Map<string, number>()
  return {
    add(cell) {
      const word = wordIn(cell)
      if (word === null) return
      const count = counts.get(word)
      if (count !== undefined) counts.set(word, count + 1)
      else if (counts.size < MOST_WORDS) counts.set(Buffer.from(word).toString(), 1)
    },
    bins: () => ({
      type: 'cat',
      words: [...counts]
        .sort((a, b) => b[1] - a[1])
        .slice(0, MOST_WORD_BINS)
        .map(([word]) => word),
    }),
  }
}

/** Reads a file and hands every row to what listens to its columns. Answers how many rows there were. */
async function eachRow(
  path: string,
  listeners: ReadonlyMap<string, (cell: string | undefined, row: number) => void>,
): Promise<number> {
  const { header, rows } = await openCsv(path)
  const places = header.map((name) => listeners.get(name))
  let row = 0
  for await (const piece of rows)
    for (const cells of piece) {
      for (let i = 0; i < places.length; i++) places[i]?.(cells[i], row)
      row++
    }
  return row
}

/** What adds cells to a profile; a word in a numeric column is a missing value. */
function cellAdder(profile: Profile): (cell: string | undefined) => void {
  if (profile.bins.type === 'cat') {
    const add = wordAdder(profile)
    return (cell) => add(wordIn(cell))
  }
  return (cell) => addNumber(profile, (isMissing(cell) ? undefined : numberIn(cell!)) ?? Number.NaN)
}

/** Profiles of the reference's columns that have values. Rejects with CliError as `openCsv`. */
export async function referenceProfiles(
  path: string,
  wanted: readonly Wanted[],
): Promise<Map<string, ReferenceProfile>> {
  const finders = new Map(
    wanted.map(({ name, type }) => [name, type === 'num' ? findNumericBins() : findWordBins()]),
  )
  const rows = await eachRow(path, new Map([...finders].map(([name, { add }]) => [name, add])))
  const size = Math.max(1, Math.ceil(rows / BLOCKS))
  const blocks = new Map<string, Profile[]>()
  for (const [name, finder] of finders) {
    const bins = finder.bins()
    if (bins)
      blocks.set(
        name,
        Array.from({ length: BLOCKS }, () => emptyProfile(bins)),
      )
  }
  const listeners = [...blocks].map(([name, profiles]) => {
    const adders = profiles.map(cellAdder)
    return [
      name,
      (cell: string | undefined, row: number) => adders[Math.min(BLOCKS - 1, Math.floor(row / size))]!(cell),
    ] as const
  })
  await eachRow(path, new Map(listeners))
  return new Map([...blocks].map(([name, parts]) => [name, { whole: parts.reduce(merged), blocks: parts }]))
}

/** Profiles of a window's columns in the bins of a reference; columns that the file lacks stay empty. */
export async function windowProfiles(
  path: string,
  bins: ReadonlyMap<string, FeatureBins>,
): Promise<Map<string, Profile>> {
  const profiles = new Map([...bins].map(([name, own]) => [name, emptyProfile(own)]))
  await eachRow(path, new Map([...profiles].map(([name, profile]) => [name, cellAdder(profile)])))
  return profiles
}
