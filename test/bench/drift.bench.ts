// Drift statistics: exact ones over whole columns, streaming updates, and the false alarms of our own verdict.
import { spawnSync } from 'node:child_process'
import { countInBins, sturgesEdges } from '../../src/core/drift/binning.ts'
import { jensenShannon, psi } from '../../src/core/drift/distances.ts'
import { evidentlyColumn } from '../../src/core/drift/evidently.ts'
import { ownVerdicts } from '../../src/core/drift/own-verdict.ts'
import {
  addNumber,
  emptyProfile,
  type FeatureBins,
  numericBins,
  type Profile,
} from '../../src/core/drift/profile.ts'
import { seededRandom } from '../../src/core/drift/random.ts'
import { smirnovTest } from '../../src/core/drift/smirnov.ts'
import { sortedNumbers } from '../../src/core/drift/sort-numbers.ts'
import type { Figure } from './figure.ts'

const FEATURES = 20
const ROWS = 100_000
const ROUNDS = 5
/** Windows for each generator and size; the simulation in full has 200 (see the anchor's table). */
const WINDOWS = 60
const REFERENCE_ROWS = 10_000

const random = seededRandom(20_261_123)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const draws = (n: number, draw: () => number) => Float64Array.from({ length: n }, draw)

/** Median seconds of CPU, after one run to warm up. */
function cpuSeconds(work: () => void): number {
  work()
  const runs = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  })
  return runs.sort((a, b) => a - b)[ROUNDS >> 1]!
}

interface Pair {
  readonly reference: Float64Array
  readonly sorted: Float64Array
  readonly current: Float64Array
}

function psiKsJs({ sorted, current }: Pair): number {
  const y = sortedNumbers(current)
  const lo = Math.min(sorted[0]!, y[0]!)
  const hi = Math.max(sorted.at(-1)!, y.at(-1)!)
  const edges = sturgesEdges(lo, hi, sorted.length + y.length)
  const p = countInBins(sorted, edges)
  const q = countInBins(y, edges)
  return psi(p, q) + jensenShannon(p, q, 'e') + smirnovTest(sorted, y).p
}

const SCIPY = `
import time, numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon
g = np.random.default_rng(1)
X = [g.normal(size=${ROWS}) for _ in range(${FEATURES})]
Y = [g.normal(0.1, 1, ${ROWS}) for _ in range(${FEATURES})]
def work():
    for x, y in zip(X, Y):
        e = np.histogram_bin_edges(np.concatenate([x, y]), "sturges")
        p, q = (np.histogram(v, e)[0] / len(v) for v in (x, y))
        p, q = (np.where(v == 0, 1e-4, v) for v in (p, q))
        np.sum((p - q) * np.log(p / q)); jensenshannon(p, q); stats.ks_2samp(x, y)
work()
t = time.process_time(); work(); print(time.process_time() - t)
`

/** Seconds of CPU that scipy takes for the same; undefined without it. */
function scipySeconds(): number | undefined {
  const { status, stdout } = spawnSync('python3', ['-c', SCIPY], { encoding: 'utf8', timeout: 120_000 })
  return status === 0 ? Number(stdout) : undefined
}

function exact(): Figure[] {
  const pairs = Array.from({ length: FEATURES }, (): Pair => {
    const reference = draws(ROWS, normal)
    return { reference, sorted: sortedNumbers(reference), current: draws(ROWS, () => normal() + 0.1) }
  })
  const scipy = scipySeconds()
  const seconds = { unit: 's CPU', better: 'lower' } as const
  return [
    {
      name: '20 features x 100k rows: PSI, KS, JS exact',
      value: cpuSeconds(() => pairs.map(psiKsJs)),
      budget: 0.35,
      ...seconds,
    },
    {
      name: 'the same, with sorting the reference too',
      value: cpuSeconds(() =>
        pairs.map((pair) => psiKsJs({ ...pair, sorted: sortedNumbers(pair.reference) })),
      ),
      ...seconds,
    },
    ...(scipy === undefined ? [] : [{ name: 'the same by scipy', value: scipy, ...seconds }]),
    {
      name: 'one feature x 100k rows: the whole Evidently set',
      value: cpuSeconds(() => {
        const { reference, current } = pairs[0]!
        evidentlyColumn({ type: 'num', values: reference }, { type: 'num', values: current })
      }),
      ...seconds,
    },
  ]
}

function streaming(): Figure {
  const values = draws(1_000_000, normal)
  const bins = numericBins(draws(REFERENCE_ROWS, normal).sort())
  const profile = emptyProfile(bins)
  const seconds = cpuSeconds(() => {
    for (let i = 0; i < values.length; i++) addNumber(profile, values[i]!)
  })
  return {
    name: 'streaming update of a profile',
    value: (seconds * 1e9) / values.length,
    unit: 'ns/value',
    better: 'lower',
    budget: 300,
  }
}

function profiled(bins: FeatureBins, values: Float64Array): Profile {
  const profile = emptyProfile(bins)
  for (const value of values) addNumber(profile, value)
  return profile
}

function isDrifted(reference: Float64Array, current: Float64Array): boolean {
  const bins = numericBins(reference.toSorted())
  const feature = { name: 'x', reference: profiled(bins, reference), current: profiled(bins, current) }
  return ownVerdicts([feature])[0]!.verdict === 'drifted'
}

const percentDrifted = (n: number, reference: () => number, current: () => number): number => {
  const windows = Array.from({ length: WINDOWS }, () =>
    isDrifted(draws(REFERENCE_ROWS, reference), draws(n, current)),
  )
  return (100 * windows.filter(Boolean).length) / WINDOWS
}

/** False alarms of the worst of three laws, and detections of a shift, by window size. */
function verdicts(): Figure[] {
  const laws = [normal, () => Math.exp(normal()), () => Math.floor(10 * random() ** 2)]
  const percent = { unit: '%' } as const
  const alarms = [50, 100, 500, 1000, 5000].map(
    (n): Figure => ({
      name: `false alarms without drift, windows of ${n} rows`,
      value: Math.max(...laws.map((law) => percentDrifted(n, law, law))),
      better: 'lower',
      budget: 5,
      ...percent,
    }),
  )
  const seen = [
    [50, 1],
    [250, 0.5],
    [1000, 0.3],
  ] as const
  const found = seen.map(
    ([n, shift]): Figure => ({
      name: `a shift by ${shift} sigma seen in ${n} rows`,
      value: percentDrifted(n, normal, () => normal() + shift),
      better: 'higher',
      budget: 90,
      ...percent,
    }),
  )
  return [...alarms, ...found]
}

/** Measures all three. */
export async function run(): Promise<Figure[]> {
  return [...exact(), streaming(), ...verdicts()]
}
