// A small reader of RFC 4180, to check what was written.

/** Lines of cells. Throws on an open quotation. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      const end = text.slice(at).search(/"(?:,|\r\n|$)/)
      let close = at + 1
      while (text[close] !== '"' || text[close + 1] === '"') {
        if (close >= text.length || end < 0) throw new Error('open quotation')
        close += text[close] === '"' ? 2 : 1
      }
      cell = text.slice(at + 1, close).replaceAll('""', '"')
      at = close + 1
    } else {
      const length = text.slice(at).search(/,|\r\n|$/)
      cell = text.slice(at, at + length)
      at += length
    }
    row.push(cell)
    if (text[at] === ',') {
      at++
      continue
    }
    rows.push(row)
    row = []
    at += 2
  }
  return rows
}

/** Records by the header's names. */
export function csvRecords(text: string): Record<string, string>[] {
  const [header = [], ...rows] = readCsv(text)
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])))
}
