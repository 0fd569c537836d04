// Text attributes of a cell: read from the SGR sequences of a frame, and written as the shortest
// change from one cell's attributes to the next. Attributes we do not know (blink, conceal) are dropped.

/** Attributes of one cell. `fg` and `bg` are SGR parameters, '' for the default colour. */
export interface Style {
  readonly bits: number
  readonly fg: string
  readonly bg: string
}

/** No attributes, default colours. */
export const PLAIN_STYLE: Style = { bits: 0, fg: '', bg: '' }

// SGR code that sets each bit, and the one that clears it (22 clears both bold and dim).
const BITS: readonly (readonly [on: number, off: number])[] = [
  [1, 22],
  [2, 22],
  [3, 23],
  [4, 24],
  [7, 27],
  [9, 29],
]

function withBits(style: Style, code: number): Style | undefined {
  for (const [i, [on, off]] of BITS.entries()) {
    if (code === on) return { ...style, bits: style.bits | (1 << i) }
    if (code === off) return { ...style, bits: style.bits & ~(code === 22 ? 3 : 1 << i) }
  }
  return undefined
}

function withNamed(style: Style, code: number): Style {
  if (code === 0) return PLAIN_STYLE
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...style, fg: String(code) }
  if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return { ...style, bg: String(code) }
  if (code === 39) return { ...style, fg: '' }
  if (code === 49) return { ...style, bg: '' }
  return withBits(style, code) ?? style
}

const isByte = (n: number | undefined): n is number => n !== undefined && n >= 0 && n <= 255

function extendedColour(codes: readonly number[], at: number): string {
  const [kind, a, b, c] = codes.slice(at + 1, at + 5)
  if (kind === 5 && isByte(a)) return `${codes[at]};5;${a}`
  if (kind === 2 && isByte(a) && isByte(b) && isByte(c)) return `${codes[at]};2;${a};${b};${c}`
  return ''
}

function apply(style: Style, params: string): Style {
  const codes = params.split(/[;:]/).map(Number)
  let next = style
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    if (code === 38 || code === 48) {
      const colour = extendedColour(codes, i)
      if (colour !== '') next = code === 38 ? { ...next, fg: colour } : { ...next, bg: colour }
      i += codes[i + 1] === 2 ? 4 : 2
    } else next = withNamed(next, code)
  }
  return next
}

// Gradients can make any number of styles; dropping the table costs a few repeated parses.
const MAX_KNOWN = 2048

/** Returns a function (style, SGR parameters) -> style that remembers what it has worked out. */
export function createStyleReader(): (style: Style, params: string) => Style {
  const known = new Map<string, Style>()
  return (style, params) => {
    const key = `${style.bits}|${style.fg}|${style.bg}|${params}`
    const hit = known.get(key)
    if (hit !== undefined) return hit
    if (known.size >= MAX_KNOWN) known.clear()
    const next = apply(style, params)
    known.set(key, next)
    return next
  }
}

/** True when two cells look alike. */
export function sameStyle(a: Style, b: Style): boolean {
  return a === b || (a.bits === b.bits && a.fg === b.fg && a.bg === b.bg)
}

function changes(from: Style, to: Style): string {
  const codes: (number | string)[] = []
  const lost = from.bits & ~to.bits
  for (const [i, [, off]] of BITS.entries()) if (lost & (1 << i) && !codes.includes(off)) codes.push(off)
  const kept = lost & 3 ? from.bits & ~3 : from.bits
  for (const [i, [on]] of BITS.entries()) if (to.bits & ~kept & (1 << i)) codes.push(on)
  if (from.fg !== to.fg) codes.push(to.fg || 39)
  if (from.bg !== to.bg) codes.push(to.bg || 49)
  return codes.join(';')
}

/** The shortest SGR sequence that changes `from` into `to`; '' when they look alike. */
export function styleChange(from: Style, to: Style): string {
  if (sameStyle(from, to)) return ''
  if (sameStyle(to, PLAIN_STYLE)) return '\u001b[m'
  const change = changes(from, to)
  const whole = `;${changes(PLAIN_STYLE, to)}`
  return `\u001b[${whole.length < change.length ? whole : change}m`
}
