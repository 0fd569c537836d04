// A drift report for people: a table, worst first, and a sentence for each feature that moved.
import { csvLine } from '../../cli/csv.ts'
import type { Output } from '../../cli/output.ts'
import { type Cell, lineWidth, tableLines, toned } from '../../cli/table.ts'
import type { Statistic } from '../../core/drift/column.ts'
import { formatValue } from '../../core/format.ts'
import { cleanText } from '../../protocol/text.ts'
import type { Report, ReportColumn } from './report.ts'

const TYPE = { num: 'number', cat: 'category' } as const
const TONE = { drifted: 'bad', stable: 'good', 'not enough data': 'dim' } as const
/** Width of sentences where there is no terminal. */
const PLAIN_WIDTH = 80

/** How far a statistic is beyond its threshold: 1 is at it. P-values count by their size. */
function severity({ test = '', default: said }: ReportColumn): number {
  if (said?.value === null || said?.value === undefined || !said.threshold) return 0
  const isP = /^(ks|z|chisquare)$|_p$/.test(test)
  return isP ? Math.log(Math.max(said.value, 1e-300)) / Math.log(said.threshold) : said.value / said.threshold
}

const RANK = { drifted: 0, 'not enough data': 1, stable: 2 } as const

/** Worst first: drifted ones by how far they are beyond their threshold. */
export function worstFirst(columns: readonly ReportColumn[]): ReportColumn[] {
  return columns.toSorted(
    (a, b) => RANK[a.verdict] - RANK[b.verdict] || severity(b) - severity(a) || (a.name < b.name ? -1 : 1),
  )
}

const number = (value: number | null | undefined) =>
  value === null || value === undefined ? '-' : formatValue(value)

function rowOf({ name, type, verdict, test, default: said, p_adjusted }: ReportColumn): Cell[] {
  return [
    { text: cleanText(name), tone: 'bold' },
    { text: TYPE[type] },
    { text: verdict, tone: TONE[verdict] },
    { text: test ?? '-' },
    { text: number(said?.value) },
    { text: number(said?.threshold), tone: 'dim' },
    { text: number(p_adjusted) },
  ]
}

/** Words in lines of at most `width` cells, the ones after the first indented. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  const indent = /^ */.exec(text)![0]
  let line = ''
  for (const word of text.trimStart().split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = `  ${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, indent + line]
}

function sentences({ mode, columns, left_out }: Report): string[] {
  const drifted = worstFirst(columns).filter(({ verdict }) => verdict === 'drifted')
  const moved = drifted.map(({ name, moved }) => `  ${name}: ${moved ?? 'changed'}.`)
  const short = columns.filter(({ verdict }) => verdict === 'not enough data')
  const doubtful = columns.flatMap(({ name, reference_state: state }) =>
    state?.note === undefined ? [] : [`${name} (${state.note})`],
  )
  const guessed = columns.filter(({ guess }) => guess !== undefined)
  const numbers = guessed.filter(({ type }) => type === 'num').map(({ name }) => name)
  const words = guessed.filter(({ type }) => type === 'cat').map(({ name, guess }) => `${name} (${guess})`)
  const list = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', title, ...lines])
  return [
    ...list('How they moved:', moved),
    ...list(
      'Not enough data:',
      short.map(({ name, why }) => `  ${name}: ${why}.`),
    ),
    ...(mode !== 'own'
      ? []
      : list(
          'The reference itself drifts; what differs most:',
          doubtful.map((text) => `  ${text}.`),
        )),
    ...list(
      'Left out (name them with --columns):',
      left_out.map(({ name, why }) => `  ${name}: ${why}.`),
    ),
    ...list('Guessed types (--numeric, --categorical set them):', [
      ...(numbers.length === 0 ? [] : [`  numbers: ${numbers.join(', ')}.`]),
      ...(words.length === 0 ? [] : [`  categories: ${words.join(', ')}.`]),
    ]),
  ]
}

const HEADERS = ['COLUMN', 'TYPE', 'VERDICT', 'STATISTIC', 'VALUE', 'THRESHOLD']

/** Lines of the report, cut to the terminal. */
export function reportLines(report: Report, out: Output): string[] {
  const isOwn = report.mode === 'own'
  const columns = [...HEADERS, 'P ADJUSTED'].map((title, i) => ({
    title,
    ...(i > 3 && { align: 'right' as const }),
    // All that decides stays; the chance is in --output json too.
    ...(i === 0 && { max: 24 }),
    ...((i === 1 || i === 6) && { optional: true as const }),
  }))
  const color = out.color ?? false
  const shown = isOwn ? columns : columns.slice(0, 6)
  const rows = worstFirst(report.columns).map((column) => rowOf(column).slice(0, shown.length))
  const width = lineWidth(out)
  const { drifted_columns, columns: all, mode } = report
  const verdict = `${drifted_columns.length} of ${all.length} columns drifted (${mode})`
  return [
    toned(verdict, drifted_columns.length > 0 ? 'bad' : 'good', color),
    '',
    ...tableLines(shown, rows, width ?? PLAIN_WIDTH, color),
    ...sentences(report).flatMap((line) => wrapped(cleanText(line), width ?? PLAIN_WIDTH)),
  ]
}

const cells = ({ value, threshold, drifted, p_value, why }: Statistic) =>
  [value, threshold, drifted, p_value ?? null, why ?? null] as const

/** One line a statistic: column, type, verdict, statistic, value, threshold, drifted, p_value, why. */
export function* reportCsv({ columns }: Report): Generator<string> {
  yield csvLine(['column', 'type', 'verdict', 'statistic', 'value', 'threshold', 'drifted', 'p_value', 'why'])
  for (const { name, type, verdict, why, statistics } of columns) {
    const all = Object.entries(statistics)
    if (all.length === 0) yield csvLine([name, type, verdict, null, null, null, null, null, why ?? null])
    for (const [statistic, said] of all) yield csvLine([name, type, verdict, statistic, ...cells(said)])
  }
}
