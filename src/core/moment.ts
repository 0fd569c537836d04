// Spans of time and moments as people type them.

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const SPAN = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/
const SPAN_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/

/** A moment as typed: fixed (Unix ms), or so many ms before now. */
export type Moment = { readonly at: number } | { readonly ago: number }

/** Unix ms of a moment. */
export const momentMs = (moment: Moment, now: number): number =>
  'at' in moment ? moment.at : now - moment.ago

/** `90s`, `1h30m`, `2d` in ms; undefined when it is none. */
export function spanMs(text: string): number | undefined {
  if (!SPAN.test(text)) return undefined
  let ms = 0
  for (const [, count, unit] of text.matchAll(SPAN_PART)) ms += Number(count) * UNIT_MS[unit!]!
  return ms
}

/** An ISO 8601 time (UTC when it names no zone), or a span before now; undefined when it is neither. */
export function readMoment(text: string): Moment | undefined {
  const ago = spanMs(text)
  if (ago !== undefined) return { ago }
  const found = ISO_TIME.exec(text)
  if (!found) return undefined
  const iso = text.replace(' ', 'T')
  const at = Date.parse(iso.length > 10 && !found[1] ? `${iso}Z` : iso)
  return Number.isNaN(at) ? undefined : { at }
}
