// How often a quiet thing is looked at: the longer nothing happened, the rarer.

/** What is known of a file or directory that is looked at again and again; times in Unix ms. */
export interface Watched {
  /** When it was last looked at. */
  checked: number
  /** When it was last seen to change. */
  changed: number
}

/**
 * True when it is time to look again: at once while it changes, then after an eighth of the time that
 * it has been quiet, at last every `rescanMs`.
 */
export function isDue({ checked, changed }: Watched, now: number, rescanMs: number): boolean {
  const waited = now - checked
  return waited < 0 || waited >= Math.min(rescanMs, (now - changed) / 8)
}

/** How often all quiet things are looked at, ms: at most 200 of them a second, at least every `rescanMs`. */
export function rescanInterval(count: number, rescanMs: number): number {
  return Math.min(rescanMs, Math.max(2000, count * 5))
}
