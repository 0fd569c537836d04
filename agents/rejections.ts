// Batches that the hub has called not valid. One that stays so is given up: it would keep all others waiting for ever.

/** Times that a batch may be called not valid before it is given up. */
const MAX_REJECTIONS = 3

/** Rejections by sequence number, in this life of the spool. */
export interface Rejections {
  /** Notes one more; true when it is the last: the batch is given up. */
  isLast(seq: number, reason: string): boolean
  /** Why a batch is not sent any more; undefined while it is. */
  givenUp(seq: number): string | undefined
  /** Another life of the spool: its numbers begin again. */
  clear(): void
}

/** None yet. */
export function createRejections(): Rejections {
  const known = new Map<number, { times: number; reason: string }>()
  return {
    isLast(seq, reason) {
      const times = (known.get(seq)?.times ?? 0) + 1
      known.set(seq, { times, reason })
      return times === MAX_REJECTIONS
    },
    givenUp(seq) {
      const { times = 0, reason } = known.get(seq) ?? {}
      return times < MAX_REJECTIONS
        ? undefined
        : `the hub called the batch not valid ${times} times: ${reason}`
    },
    clear: () => known.clear(),
  }
}
