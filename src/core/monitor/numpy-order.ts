// The order in which numpy's quicksort leaves equal values. NannyML's sampling error of ROC AUC counts ranks in that
// order, so with tied scores only the same order gives the same band.

/** Shorter parts are sorted by insertion. */
const SHORT = 16

type Part = { from: number; to: number; depth: number }

function insertion(order: Uint32Array, values: ArrayLike<number>, { from, to }: Part): void {
  for (let i = from + 1; i <= to; i++) {
    const item = order[i]!
    let j = i
    for (; j > from && values[item]! < values[order[j - 1]!]!; j--) order[j] = order[j - 1]!
    order[j] = item
  }
}

function swap(order: Uint32Array, i: number, j: number): void {
  const kept = order[i]!
  order[i] = order[j]!
  order[j] = kept
}

/** Parts the range at the median of three; the place where the pivot came to lie. */
function partition(order: Uint32Array, values: ArrayLike<number>, { from, to }: Part): number {
  const isLess = (i: number, j: number) => values[order[i]!]! < values[order[j]!]!
  const middle = from + ((to - from) >> 1)
  if (isLess(middle, from)) swap(order, middle, from)
  if (isLess(to, middle)) swap(order, to, middle)
  if (isLess(middle, from)) swap(order, middle, from)
  const pivot = values[order[middle]!]!
  swap(order, middle, to - 1)
  let [i, j] = [from, to - 1]
  for (;;) {
    do i++
    while (values[order[i]!]! < pivot)
    do j--
    while (pivot < values[order[j]!]!)
    if (i >= j) break
    swap(order, i, j)
  }
  swap(order, i, to - 1)
  return i
}

/** Indices by rising value, as `numpy.argsort` of float64 without vector instructions. Values are finite. */
export function numpyOrder(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i)
  const parts: Part[] = [{ from: 0, to: values.length - 1, depth: 2 * Math.log2(values.length || 1) }]
  for (let part = parts.pop(); part; part = parts.pop()) {
    const { from, to, depth } = part
    if (to - from < SHORT) insertion(order, values, part)
    // Too deep: any order that is fast; numpy goes on with a heap.
    else if (depth < 0) order.subarray(from, to + 1).sort((a, b) => values[a]! - values[b]!)
    else {
      const pivot = partition(order, values, part)
      parts.push({ from, to: pivot - 1, depth: depth - 1 }, { from: pivot + 1, to, depth: depth - 1 })
    }
  }
  return order
}
