// The smoothing that charts show beside the raw line.

/**
 * Exponential moving average with TensorBoard's bias correction: s_i = w*s_(i-1) + (1-w)*v_i,
 * shown as s_i / (1 - w^n) with n finite values so far. NaN and infinities are passed through
 * and do not touch the average. `weight` is 0 (no smoothing) to below 1; else RangeError.
 * Source: tensorboard, vz_line_chart2 `resmoothDataset`.
 */
export function ema(values: ArrayLike<number>, weight: number): Float64Array {
  if (!(weight >= 0 && weight < 1)) throw new RangeError(`weight must be 0 to below 1, not ${weight}`)
  const out = new Float64Array(values.length)
  let average = 0
  let decay = 1
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (Number.isFinite(value)) {
      average = average * weight + value * (1 - weight)
      decay *= weight
      out[i] = average / (1 - decay)
    } else out[i] = value
  }
  return out
}
