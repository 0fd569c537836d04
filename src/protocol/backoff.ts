// When to try again: exponential with full jitter, so that a restarted hub meets no herd.

/** Delay before the nth retry (from 0), ms: random between half and all of `first * 2^n`, at most `most`. */
export function backoff(
  attempt: number,
  first = 250,
  most = 15_000,
  random: () => number = Math.random,
): number {
  const step = Math.min(most, first * 2 ** Math.min(attempt, 30))
  return Math.round(step * (0.5 + random() / 2))
}
