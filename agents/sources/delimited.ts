// Records and cells of delimited text (RFC 4180 with `,`, TAB or `;`), tolerant of what loggers write.

/** Most lines that one quoted record may span: behind an unbalanced quote, reading goes on after that. */
const MAX_SPAN = 100
const QUOTE = 34
const NEWLINE = 10

/** The delimiter that stands most often in a header line, outside of quotes. */
export function findDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  let best = ','
  let most = 0
  for (const delimiter of [',', '\t', ';']) {
    const count = bare.split(delimiter).length - 1
    if (count > most) {
      best = delimiter
      most = count
    }
  }
  return best
}

/** The end of a record that holds quotes: a quote opens only at the start of a cell, or behind its closing one. */
function quotedEnd(bytes: Buffer, start: number, separator: number, first: number): number {
  let quoted = false
  let cellStart = true
  let span = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (quoted) {
      if (byte === QUOTE) quoted = false
      else if (byte === NEWLINE && ++span >= MAX_SPAN) return first
      cellStart = false
    } else if (byte === NEWLINE) return at
    else if (byte === QUOTE && (cellStart || bytes[at - 1] === QUOTE)) quoted = true
    else if (byte === separator) cellStart = true
    else if (byte !== 32) cellStart = false
  }
  return -1
}

/**
 * The newline that ends the record at `start`, stepping over those inside quotes; -1 while it is
 * incomplete. Without a delimiter each line is a record.
 */
export function recordEnd(bytes: Buffer, start: number, delimiter: string | undefined): number {
  const first = bytes.indexOf(NEWLINE, start)
  if (delimiter === undefined) return first
  const line = first < 0 ? bytes.subarray(start) : bytes.subarray(start, first)
  return line.includes(QUOTE) ? quotedEnd(bytes, start, delimiter.charCodeAt(0), first) : first
}

function unquote(cell: string): string {
  const bare = cell.trim()
  if (bare.length < 2 || !bare.startsWith('"') || !bare.endsWith('"')) return bare
  return bare.slice(1, -1).replaceAll('""', '"').trim()
}

function splitQuoted(record: string, delimiter: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (const piece of record.split(delimiter)) {
    cell = quoted ? cell + delimiter + piece : piece
    const odd = piece.split('"').length % 2 === 0
    quoted = quoted ? !odd : odd && piece.trimStart().startsWith('"')
    if (!quoted) cells.push(unquote(cell))
  }
  if (quoted) cells.push(unquote(cell))
  return cells
}

/** The cells of a record, trimmed and unquoted. */
export function splitCells(record: string, delimiter: string): string[] {
  if (record.includes('"')) return splitQuoted(record, delimiter)
  return record.split(delimiter).map((cell) => cell.trim())
}
