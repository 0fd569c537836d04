// The one door for text from a wire or a file: nothing behind it can move a cursor, set a
// clipboard, reverse a line or break a row. Escapes are visible, so distinct names stay distinct.

/** Longest text that passes the door unshortened, in UTF-16 units (an MLflow param holds 6000). */
export const MAX_TEXT = 8192

const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'g')

function visible(char: string): string {
  const code = char.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}

/**
 * Makes remote text safe to show, store and export: control characters become their Unicode
 * control pictures, C1, bidirectional and invisible format characters become `<U+XXXX>`, lone
 * surrogates become U+FFFD, and the result is cut at `limit` UTF-16 units. Idempotent.
 */
export function cleanText(text: string, limit = MAX_TEXT): string {
  const whole = text.length > limit ? `${text.slice(0, limit - 1)}…` : text
  const safe = UNSAFE.test(whole) ? whole.replace(UNSAFE_ALL, visible) : whole
  return safe.isWellFormed() ? safe : safe.toWellFormed()
}

const PICTURES = /[\u2409\u240a\u240d]/g

/**
 * Turns the pictures of tab, line feed and carriage return that cleanText made back into themselves, for programs that
 * read what they once wrote. Never for a terminal.
 */
export function plainText(text: string): string {
  return text.replace(PICTURES, (picture) => String.fromCharCode(picture.charCodeAt(0) - 0x2400))
}
