// The univariate set of Evidently 0.7 with its default thresholds, names and choice of a default test.
// Its bins depend on the current data too, so whole columns are needed.
import { andersonDarling } from './anderson-darling.ts'
import { countInBins, sturgesEdges } from './binning.ts'
import { countWords, type PairedCounts, pairNumbers, pairWords } from './categories.ts'
import { cramersV, goodnessOfFit, homogeneity } from './chi-square.ts'
import { type Column, informing, judged, type Statistic, type Statistics } from './column.ts'
import { hellingerOfOverlap, jensenShannon, klDivergence, psi, totalVariation } from './distances.ts'
import { shareTest, tTest, welchTest } from './means.ts'
import { cramerVonMises, mannWhitney } from './rank-tests.ts'
import { plainDeviation, type Sample, walk } from './samples.ts'
import { smirnovAsymptotic, smirnovTest } from './smirnov.ts'
import { sortedNumbers } from './sort-numbers.ts'
import { energyDistance, wasserstein } from './transport.ts'

/** What Evidently says of a column. */
export interface EvidentlyColumn {
  /** The test it takes by default, with its score; undefined for a column without values. */
  readonly test: string | undefined
  readonly default: Statistic | undefined
  readonly statistics: Statistics
}

/** At most so many distinct reference values are binned by value. */
const FEW_VALUES = 20
/** Reference rows to which tests are preferred to distances. */
const SMALL_REFERENCE = 1000
/** Least divisor of the normed Wasserstein distance. */
const LEAST_STD = 0.001

interface Numbers {
  /** In their own order. */
  readonly raw: Sample
  readonly sorted: Sample
}

function numbersOf(values: Sample): Numbers {
  const raw = values.filter(Number.isFinite)
  return { raw, sorted: sortedNumbers(raw) }
}

const countDistinct = (counts: Float64Array) => counts.filter((count) => count > 0).length

/** Bins of a numeric column: by value where the reference has few, else Sturges over both samples. */
function numericBins(x: Sample, y: Sample, byValue: PairedCounts): readonly [Float64Array, Float64Array] {
  if (countDistinct(byValue.reference) <= FEW_VALUES) return [byValue.reference, byValue.current]
  const edges = sturgesEdges(lowest(x, y), highest(x, y), x.length + y.length)
  return [countInBins(x, edges), countInBins(y, edges)]
}

const lowest = (x: Sample, y: Sample) => Math.min(x[0]!, y[0]!)
const highest = (x: Sample, y: Sample) => Math.max(x.at(-1)!, y.at(-1)!)

function zP({ reference, current }: PairedCounts, n: number, m: number): number {
  // The smallest category against all others; one category in both is no change.
  if (reference.length === 1) return 1
  return shareTest(n - reference[0]!, n, m - current[0]!, m)?.p ?? 1
}

function onBins(reference: Float64Array, current: Float64Array): Record<string, Statistic> {
  return {
    psi: judged(psi(reference, current), '>=', 0.1),
    jensenshannon_base_e: judged(jensenShannon(reference, current, 'e'), '>=', 0.1),
    kl_div: judged(klDivergence(reference, current), '>=', 0.1),
  }
}

function numericStatistics(a: Numbers, b: Numbers, bins: readonly [Float64Array, Float64Array]): Statistics {
  const { sorted: x } = a
  const { sorted: y } = b
  let values = 0
  walk(x, y, () => values++)
  const edges = sturgesEdges(lowest(x, y), highest(x, y), values)
  const ks = smirnovTest(x, y)
  const distance = wasserstein(x, y)
  const std = plainDeviation(a.raw)
  const ad = andersonDarling(x, y)
  const cvm = cramerVonMises(x, y)
  const mw = mannWhitney(x, y)
  const welch = welchTest(a.raw, b.raw)
  return {
    ...onBins(...bins),
    hellinger: judged(hellingerOfOverlap(countInBins(x, edges), countInBins(y, edges)), '>=', 0.1),
    wasserstein_normed: judged(distance / Math.max(std, LEAST_STD), '>=', 0.1),
    ks_p: judged(ks.p, '<=', 0.05),
    anderson_p_clipped: judged(ad?.p, '<', 0.1),
    cramer_von_mises_p: judged(cvm.p, '<=', 0.1),
    energy_distance: judged(energyDistance(x, y), '>=', 0.1),
    t_test_p: judged(tTest(a.raw, b.raw)?.p, '<', 0.05),
    mannw_less_p: judged(mw.less, '<', 0.05),
    ks_stat: informing(ks.statistic),
    ks_p_asymp: informing(smirnovAsymptotic(ks.statistic, x.length, y.length)),
    wasserstein: informing(distance),
    ref_std_pop: informing(std),
    ad_stat: informing(ad?.statistic),
    'ad_p_clipped_0.001_0.25': informing(ad?.p),
    cvm_stat: informing(cvm.statistic),
    cvm_p_asymp: informing(cvm.asymptotic),
    welch_t: informing(welch?.statistic),
    welch_p: informing(welch?.p),
    mannwhitney_u: informing(mw.u),
    mannwhitney_p_two_sided: informing(mw.twoSided),
  }
}

function categoricalStatistics(paired: PairedCounts, n: number, m: number): Statistics {
  const { reference, current } = paired
  const yates = homogeneity([reference, current], true)
  const plain = homogeneity([reference, current])
  const isBinary = reference.length <= 2
  return {
    ...onBins(reference, current),
    hellinger: judged(hellingerOfOverlap(reference, current), '>=', 0.1),
    chisquare_p: judged(goodnessOfFit(reference, current)?.p, '<', 0.05),
    ...(isBinary && { z_p: judged(zP(paired, n, m), '<', 0.05) }),
    tvd_statistic: informing(totalVariation(reference, current)),
    chi2_contingency_stat: informing(yates?.statistic),
    chi2_contingency_p: informing(yates?.p),
    dof: informing(yates?.df),
    chi2_contingency_nocorr_stat: informing(plain?.statistic),
    chi2_contingency_nocorr_p: informing(plain?.p),
    cramers_v: informing(cramersV(reference, current)),
    n_categories_ref: informing(countDistinct(reference)),
    n_categories_cur: informing(countDistinct(current)),
  }
}

/** Name of the default test: by type, distinct values of both, and size of the reference. */
function defaultTest(type: Column['type'], rows: number, values: number): string {
  if (rows > SMALL_REFERENCE) return type === 'num' && values > 5 ? 'wasserstein' : 'jensenshannon'
  if (values <= 2) return 'z'
  return type === 'num' && values > 5 ? 'ks' : 'chisquare'
}

const NAME_OF_TEST: Readonly<Record<string, string>> = {
  wasserstein: 'wasserstein_normed',
  jensenshannon: 'jensenshannon_base_e',
  ks: 'ks_p',
}

/** Score of a default test; z and chi-square serve numeric columns of few values too. */
function scoreOf(
  test: string,
  statistics: Statistics,
  paired: PairedCounts,
  n: number,
  m: number,
): Statistic {
  if (test === 'z') return judged(zP(paired, n, m), '<', 0.05)
  if (test === 'chisquare') return judged(goodnessOfFit(paired.reference, paired.current)?.p, '<', 0.05)
  return statistics[NAME_OF_TEST[test]!]!
}

/** The set for a column of reference and current; without values on a side it has no statistics. */
export function evidentlyColumn(reference: Column, current: Column): EvidentlyColumn {
  if (reference.type === 'num' && current.type === 'num') {
    const a = numbersOf(reference.values)
    const b = numbersOf(current.values)
    if (a.raw.length === 0 || b.raw.length === 0)
      return { test: undefined, default: undefined, statistics: {} }
    const paired = pairNumbers(a.sorted, b.sorted)
    const statistics = numericStatistics(a, b, numericBins(a.sorted, b.sorted, paired))
    const test = defaultTest('num', a.raw.length, paired.categories.length)
    return { test, default: scoreOf(test, statistics, paired, a.raw.length, b.raw.length), statistics }
  }
  if (reference.type === 'num' || current.type === 'num') throw new TypeError('columns of different types')
  const paired = pairWords(countWords(reference), countWords(current))
  const n = paired.reference.reduce((sum, count) => sum + count, 0)
  const m = paired.current.reduce((sum, count) => sum + count, 0)
  if (n === 0 || m === 0) return { test: undefined, default: undefined, statistics: {} }
  const statistics = categoricalStatistics(paired, n, m)
  const test = defaultTest('cat', n, paired.categories.length)
  return { test, default: scoreOf(test, statistics, paired, n, m), statistics }
}
