// Painted text goes round Ink, not through it: Ink cuts all text it is given into cells again, which takes
// 25 ms of a 200x50 frame. Ink lays out one sign for each painted line, and here the sign is replaced by
// its line in the frame that Ink hands out. A frame holds nothing else: all text is in panels.

interface Painted {
  readonly line: string
  readonly width: number
}

/** The first and the last of the signs (private use, one cell each). */
const FIRST_SIGN = 0xe000
const LAST_SIGN = 0xf8ff

/** The lines of the frame that Ink is drawing; it draws and hands out one at a time. */
let painted: Painted[] = []

/** The sign that stands for a painted line, `width` cells wide, until the frame is composed. */
export function signFor(line: string, width: number): string {
  if (FIRST_SIGN + painted.length > LAST_SIGN) return ''
  painted.push({ line, width })
  return String.fromCharCode(FIRST_SIGN + painted.length - 1)
}

function composeLine(line: string, lines: readonly Painted[]): string {
  let out = ''
  let cells = 0
  for (let i = 0; i < line.length; i++) {
    const found = lines[line.charCodeAt(i) - FIRST_SIGN]
    if (!found) continue
    out += ' '.repeat(Math.max(0, i - cells)) + found.line
    cells = i + found.width
  }
  return cells === 0 ? line : out
}

/** A frame of signs as a frame of text. */
export function compose(frame: string): string {
  const lines = painted
  painted = []
  if (lines.length === 0) return frame
  return frame
    .split('\n')
    .map((line) => composeLine(line, lines))
    .join('\n')
}

/** The stream for Ink: frames are composed on their way to `stream`; `drawn` is told each. */
export function composing(
  stream: NodeJS.WriteStream,
  drawn: (frame: string) => void = () => {},
): NodeJS.WriteStream {
  const write = (data: string | Uint8Array, ...rest: never[]): boolean => {
    if (typeof data !== 'string') return stream.write(data, ...rest)
    const frame = compose(data)
    drawn(frame)
    return stream.write(frame, ...rest)
  }
  return Object.create(stream, { write: { value: write } })
}
