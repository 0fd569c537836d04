// Long work in the hub's own thread, cut so that keys, acks and other consoles go first.

/** Longest a slice takes, ms, as far as the pieces of the work are small. */
const SLICE_MS = 5

/** Does the work a slice at a time; rejects with the signal's reason once it is aborted. */
export async function inSlices<T>(work: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    const until = performance.now() + SLICE_MS
    do {
      const step = work.next()
      if (step.done) return step.value
    } while (performance.now() < until)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
