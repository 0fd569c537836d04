// Distances of two samples through their distribution functions. Samples are sorted and not empty.
import { type Sample, walk } from './samples.ts'

function integral(x: Sample, y: Sample, of: (difference: number) => number): number {
  let sum = 0
  let last = 0
  let difference = 0
  walk(x, y, (value, inX, inY, belowX, belowY) => {
    if (difference !== 0) sum += of(difference) * (value - last)
    last = value
    difference = (belowX + inX) / x.length - (belowY + inY) / y.length
  })
  return sum
}

/** First Wasserstein distance, the integral of |F - G|, in the unit of the values (Vallender 1974). */
export const wasserstein = (x: Sample, y: Sample): number => integral(x, y, Math.abs)

/** Energy distance sqrt(2 integral (F - G)^2) (Szekely and Rizzo 2013); the unit is the root of the values'. */
export const energyDistance = (x: Sample, y: Sample): number =>
  Math.sqrt(2 * integral(x, y, (difference) => difference * difference))
