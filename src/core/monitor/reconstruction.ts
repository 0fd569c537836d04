// Multivariate drift by PCA: rows that the principal components of a reference cannot build well are unlike it in how
// their columns hang together. NannyML 0.13's data reconstruction: components for 65 % of the variance, mean Euclidean
// distance between a row and its reconstruction.
import { controlLimits, isBeyond, type Limits } from './control-limits.ts'
import { symmetricEigen } from './eigen.ts'
import { encodeFeature, type Feature, type FeatureCode, learnFeature } from './encoding.ts'

/** Share of the variance that the components hold. */
const VARIANCE = 0.65
const BAND = 3

/** What a reference taught: plain JSON. */
export interface ReconstructionModel {
  readonly codes: readonly FeatureCode[]
  /** Unit vectors, a number each column. */
  readonly components: readonly (readonly number[])[]
  readonly limits: Limits | undefined
}

/** The error of one chunk, in deviations of a column; undefined of an empty chunk. */
export interface Reconstruction {
  readonly error: number | undefined
  readonly samplingError: number | undefined
  /** Error +- 3 sampling errors. */
  readonly band: Limits | undefined
  readonly isAlert: boolean
}

function covariance(columns: readonly Float64Array[]): Float64Array[] {
  const n = columns[0]!.length
  return columns.map((a) =>
    Float64Array.from(columns, (b) => a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (n - 1)),
  )
}

/** The fewest components that hold more than the share. */
function componentsOf(columns: readonly Float64Array[]): number[][] {
  const pairs = symmetricEigen(covariance(columns))
  const total = pairs.reduce((sum, { value }) => sum + value, 0)
  let held = 0
  let count = 0
  while (count < pairs.length && held / total <= VARIANCE) held += pairs[count++]!.value
  return pairs.slice(0, Math.max(1, count)).map(({ vector }) => [...vector])
}

/** ||x - sum (x . c) c|| of each row. */
function rowErrors(
  columns: readonly Float64Array[],
  components: readonly (readonly number[])[],
): Float64Array {
  const row = new Float64Array(columns.length)
  return Float64Array.from({ length: columns[0]?.length ?? 0 }, (_, i) => {
    for (const [j, column] of columns.entries()) row[j] = column[i]!
    const rest = row.slice()
    for (const component of components) {
      const along = component.reduce((sum, weight, j) => sum + weight * row[j]!, 0)
      for (const [j, weight] of component.entries()) rest[j]! -= along * weight
    }
    return Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0))
  })
}

/** Sample deviation of the rows' errors / sqrt(n); undefined below two rows. */
function samplingErrorOf(errors: Float64Array, mean: number): number | undefined {
  const n = errors.length
  if (n < 2) return undefined
  return Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (n - 1) / n)
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

function encodedRows(codes: readonly FeatureCode[], features: readonly Feature[]): Float64Array[] {
  if (features.length !== codes.length) throw new RangeError(`${codes.length} columns were learned`)
  return codes.map((code, i) => encodeFeature(code, features[i]!))
}

/**
 * Learns from a reference: its columns as a whole, and where each of its chunks begins and ends (rows, end left out).
 * Throws RangeError below two rows or without columns.
 */
export function learnReconstruction(
  features: readonly Feature[],
  chunks: readonly (readonly [from: number, to: number])[],
): ReconstructionModel {
  const rows = features[0]?.values.length ?? 0
  if (rows < 2) throw new RangeError('a reference needs two rows')
  const codes = features.map(learnFeature)
  const columns = encodedRows(codes, features)
  const components = componentsOf(columns)
  const errors = rowErrors(columns, components)
  const limits = controlLimits(chunks.map(([from, to]) => meanOf(errors.subarray(from, to))))
  return { codes, components, limits }
}

/** How badly the reference's components build these rows. */
export function reconstruct(model: ReconstructionModel, features: readonly Feature[]): Reconstruction {
  const errors = rowErrors(encodedRows(model.codes, features), model.components)
  if (errors.length === 0)
    return { error: undefined, samplingError: undefined, band: undefined, isAlert: false }
  const error = meanOf(errors)
  const samplingError = samplingErrorOf(errors, error)
  const reach = BAND * (samplingError ?? Number.NaN)
  const band = samplingError === undefined ? undefined : { lower: error - reach, upper: error + reach }
  return { error, samplingError, band, isAlert: isBeyond(model.limits, error) }
}
