// The inverse of the normal tail.
import { normalTail } from '../drift/special.ts'

/** The z with P(standard normal >= z) = p, 0 < p < 1; by bisection to the last digits. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is no probability between 0 and 1`)
  let low = -40
  let high = 40
  for (let i = 0; i < 200 && high - low > 1e-16 * Math.max(1, Math.abs(low)); i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (normalTail(middle) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
