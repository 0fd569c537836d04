// JSON as Python writes it: bare NaN and Infinity, and integers that no double can hold.

/** Marks a number that JSON.parse cannot read, inside a string of the parsed value. */
const MARK = '\u0000n:'
const NEEDS_CARE = /NaN|Infinity|(?:^|[^\d.])\d{16}/
const TOKEN = /-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

const markToken = (token: string) =>
  /^-?\d{16,}$/.test(token) || /[NI]/.test(token) ? `"\\u0000n:${token}"` : token

/** The end of the string that begins at `start`, behind its closing quote. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

function markNumbers(text: string): string {
  const out: string[] = []
  let at = 0
  while (at < text.length) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    out.push(text.slice(at, end).replace(TOKEN, markToken))
    at = quote < 0 ? end : stringEnd(text, quote)
    out.push(text.slice(end, at))
  }
  return out.join('')
}

/** Parses one JSON text; throws SyntaxError. Read its numbers with `numberText`: some are marked strings. */
export function parseLooseJson(text: string): unknown {
  return JSON.parse(NEEDS_CARE.test(text) ? markNumbers(text) : text)
}

/** The text of a number in a value that parseLooseJson made, exact for integers; undefined for all else. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : undefined
}
