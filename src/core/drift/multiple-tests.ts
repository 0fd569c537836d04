// Corrections for many tests at once.

/**
 * Benjamini and Hochberg 1995: p-values adjusted so that rejecting those <= a keeps the expected share of false
 * rejections <= a. In the order given.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!)
  const adjusted = new Array<number>(p.length)
  let least = 1
  for (const [place, i] of order.entries()) {
    least = Math.min(least, p[i]! * (p.length / (p.length - place)))
    adjusted[i] = least
  }
  return adjusted
}

/** Holm 1979: p-values adjusted so that rejecting those <= a keeps the chance of any false rejection <= a. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!)
  const adjusted = new Array<number>(p.length)
  let most = 0
  for (const [place, i] of order.entries()) {
    most = Math.max(most, Math.min(1, p[i]! * (p.length - place)))
    adjusted[i] = most
  }
  return adjusted
}
