// How well scores rank positives above negatives: ROC AUC and average precision, of labels or expected of
// probabilities.
import { numpyOrder } from './numpy-order.ts'

/** Indices by falling score. */
const falling = (scores: ArrayLike<number>): Uint32Array => numpyOrder(scores).reverse()

/**
 * ROC AUC: the chance that a positive has a higher score than a negative, ties half (Mann-Whitney U / (P N)).
 * Undefined when a class is missing. Labels are 0 or 1; all values finite.
 */
export function rocAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number | undefined {
  const order = falling(scores)
  let [positives, negatives, wins] = [0, 0, 0]
  for (let i = 0; i < order.length; ) {
    let [p, n] = [0, 0]
    const score = scores[order[i]!]!
    for (; i < order.length && scores[order[i]!] === score; i++) labels[order[i]!] === 1 ? p++ : n++
    wins += n * (positives + p / 2)
    positives += p
    negatives += n
  }
  return positives === 0 || negatives === 0 ? undefined : wins / (positives * negatives)
}

/** Average precision: sum of recall gained times precision, at each distinct score. Undefined without positives. */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number | undefined {
  const order = falling(scores)
  let [positives, area] = [0, 0]
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]!]!
    let found = 0
    for (; i < order.length && scores[order[i]!] === score; i++) found += labels[order[i]!]!
    positives += found
    area += found * (positives / i)
  }
  return positives === 0 ? undefined : area / positives
}

/** To 5 decimals, halves to even, as numpy's round. */
function round5(value: number): number {
  const scaled = value * 1e5
  const near = Math.round(scaled)
  return (near - scaled === 0.5 && near % 2 !== 0 ? near - 1 : near) / 1e5
}

/**
 * Expected ROC AUC where row i is positive with `probabilities[i]`, as NannyML's CBPE takes it: trapezoids over the
 * cumulative expected counts, rounded to 5 decimals. Undefined when a class is not expected at all.
 */
export function expectedRocAuc(
  probabilities: ArrayLike<number>,
  scores: ArrayLike<number>,
): number | undefined {
  let [sum, rank, area, lastTrue, lastFalse] = [0, 0, 0, 0, 0]
  for (const i of falling(scores)) {
    sum += probabilities[i]!
    rank++
    const [trues, falses] = [round5(sum), round5(rank - sum)]
    area += ((falses - lastFalse) * (trues + lastTrue)) / 2
    lastTrue = trues
    lastFalse = falses
  }
  return lastTrue > 0 && lastFalse > 0 ? area / (lastTrue * lastFalse) : undefined
}

/** Expected average precision, as `expectedRocAuc`. Undefined when no positive is expected. */
export function expectedAveragePrecision(
  probabilities: ArrayLike<number>,
  scores: ArrayLike<number>,
): number | undefined {
  let [sum, rank, area, lastTrue] = [0, 0, 0, 0]
  for (const i of falling(scores)) {
    sum += probabilities[i]!
    rank++
    const trues = round5(sum)
    area += (trues - lastTrue) * (trues / rank)
    lastTrue = trues
  }
  return lastTrue > 0 ? area / lastTrue : undefined
}
