// The two-sample Anderson-Darling test.
import { type Sample, walk } from './samples.ts'

/** Standardised statistic and p-value, the latter kept within 0.001 to 0.25 where its table ends. */
export interface AndersonDarling {
  readonly statistic: number
  readonly p: number
}

/** Significance levels of the table in Scholz and Stephens 1987, and its critical values for two samples. */
const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001]
const B0 = [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085]
const B1 = [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615]
const B2 = [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154]
const CRITICAL = B0.map((b, i) => b + B1[i]! + B2[i]!)

/** Coefficients of the parabola through (x, y) by least squares, lowest power first. */
function parabola(x: readonly number[], y: readonly number[]): readonly number[] {
  const sum = (power: number, of: readonly number[]) => x.reduce((s, v, i) => s + v ** power * of[i]!, 0)
  const ones = x.map(() => 1)
  const rows = [0, 1, 2].map((i) => [sum(i, ones), sum(i + 1, ones), sum(i + 2, ones), sum(i, y)])
  for (let i = 0; i < 3; i++) {
    const pivot = rows[i]!
    for (const row of rows) {
      if (row === pivot) continue
      const factor = row[i]! / pivot[i]!
      for (let k = 0; k < 4; k++) row[k]! -= factor * pivot[k]!
    }
  }
  return rows.map((row, i) => row[3]! / row[i]!)
}

const FIT = parabola(CRITICAL, LEVELS.map(Math.log))

function pOf(statistic: number): number {
  if (statistic < CRITICAL[0]!) return LEVELS[0]!
  if (statistic > CRITICAL[6]!) return LEVELS[6]!
  return Math.exp(FIT[0]! + FIT[1]! * statistic + FIT[2]! * statistic * statistic)
}

/** Sums over 1/i that the variance needs. */
function harmonics(all: number): { h: number; g: number } {
  let run = 0
  let g = 0
  for (let i = 2; i < all; i++) {
    run += 1 / (all - i + 1)
    g += run / i
  }
  return { h: run + 1, g }
}

/** Variance of the raw statistic for two samples (Scholz and Stephens 1987, eq. 4), k = 2. */
function variance(n: number, m: number): number {
  const all = n + m
  const sizes = 1 / n + 1 / m
  const { h, g } = harmonics(all)
  const a = 4 * g - 6 + (10 - 6 * g) * sizes
  const b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * sizes - 8 * h + 4 * g - 6
  const c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * sizes + 4 * h
  const d = (2 * h + 6) * 4 - 8 * h
  return (a * all ** 3 + b * all ** 2 + c * all + d) / ((all - 1) * (all - 2) * (all - 3))
}

/** Test of two sorted samples with midranks; null where all values are equal or there are fewer than four. */
export function andersonDarling(x: Sample, y: Sample): AndersonDarling | null {
  const n = x.length
  const m = y.length
  const all = n + m
  if (n === 0 || m === 0 || all < 4) return null
  let raw = 0
  let values = 0
  walk(x, y, (_, inX, inY, belowX, belowY) => {
    values++
    const here = inX + inY
    const below = belowX + belowY + here / 2
    const weight = here / all / (below * (all - below) - (all * here) / 4)
    raw += (weight * (all * (belowX + inX / 2) - below * n) ** 2) / n
    raw += (weight * (all * (belowY + inY / 2) - below * m) ** 2) / m
  })
  if (values < 2) return null
  const statistic = ((raw * (all - 1)) / all - 1) / Math.sqrt(variance(n, m))
  return { statistic, p: pOf(statistic) }
}
