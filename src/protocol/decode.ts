// From bytes to a checked message. Never throws: a bad frame is data that names what is wrong.
import * as z from 'zod/mini'

/** Largest frame either side accepts, bytes. */
export const MAX_FRAME = 1 << 20
/** Largest frame a console accepts from its hub, bytes: one run's parameters may exceed a megabyte. */
export const MAX_CONSOLE_FRAME = 64 << 20
/** Deepest nesting of arrays and objects in a frame. */
export const MAX_DEPTH = 32

/** A checked value, or one sentence saying what was wrong. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string }

/** True when brackets outside strings nest deeper than `limit`; linear, without recursion. */
export function deeperThan(json: string, limit: number): boolean {
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === 0x22) i = closingQuote(json, i)
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return false
}

function closingQuote(json: string, open: number): number {
  let at = open
  for (;;) {
    at = json.indexOf('"', at + 1)
    if (at < 0) return json.length
    let slashes = 0
    while (json.charCodeAt(at - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return at
  }
}

function sentence(error: z.core.$ZodError): string {
  const issue = error.issues[0]
  return issue ? `${issue.path.join('.') || 'message'}: ${issue.message}` : 'message: not valid'
}

/** Reads one JSON frame and checks it against `schema`. Limits size (characters) and depth before parsing. */
export function decode<T extends z.ZodMiniType>(
  schema: T,
  frame: string,
  limit = MAX_FRAME,
): Decoded<z.infer<T>> {
  if (frame.length > limit)
    return { ok: false, reason: `frame of ${frame.length} characters, at most ${limit}` }
  if (deeperThan(frame, MAX_DEPTH)) return { ok: false, reason: `nested deeper than ${MAX_DEPTH}` }
  try {
    const result = z.safeParse(schema, JSON.parse(frame))
    return result.success ? { ok: true, value: result.data } : { ok: false, reason: sentence(result.error) }
  } catch (error) {
    return { ok: false, reason: `not JSON: ${(error as Error).message}` }
  }
}
