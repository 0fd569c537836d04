// How wide a text is in a terminal, near enough for plain tables: East Asian and emoji blocks count
// two, combining marks none. Joined emoji sequences count too much, which only costs spaces.

const PRINTABLE_ASCII = /^[ -~]*$/
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u

const WIDE = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
] as const

function charWidth(char: string): number {
  const code = char.codePointAt(0)!
  if (code < 0x300) return 1
  if (NO_WIDTH.test(char)) return 0
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/** Cells that a text takes. */
export function cellWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** The text cut to `width` cells, the last of them `…` when something was cut. */
export function fitText(text: string, width: number): string {
  if (cellWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const char of text) {
    used += charWidth(char)
    if (used > width - 1) break
    kept += char
  }
  return width > 0 ? `${kept}…` : ''
}
