// Waiting for a condition with an overall limit: the only way in which the fault tests wait.

/** Milliseconds between two looks. */
const LOOK_MS = 50

/** A pause, for the rhythm of a load; never a wait for something to happen. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Resolves with the first answer of `look` that is neither undefined nor false; rejects after `limitMs` with
 * `what` and what `state` says then.
 */
export async function until<T>(
  what: string,
  limitMs: number,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  state: () => unknown = () => '',
): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}\n${state()}`)
    await pause(LOOK_MS)
  }
}
