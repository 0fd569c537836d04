// Mean and variance of a stream in constant memory (Welford 1962).

/** Count, mean, and the sum of squared distances from it. */
export type Moments = { n: number; mean: number; m2: number }

/** Of no value yet. */
export const noMoments = (): Moments => ({ n: 0, mean: 0, m2: 0 })

/** Takes a value in. */
export function addMoment(moments: Moments, value: number): void {
  const { mean } = moments
  moments.n++
  moments.mean += (value - mean) / moments.n
  moments.m2 += (value - mean) * (value - moments.mean)
}

/** Sample variance (divided by n - 1); 0 below two values. */
export const sampleVariance = ({ n, m2 }: Moments): number => (n > 1 ? m2 / (n - 1) : 0)
