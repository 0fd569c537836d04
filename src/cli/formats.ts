// The forms in which records leave: one flag, one writer.
import type { Raw } from '../resources/define.ts'
import { csvTable } from './csv.ts'
import type { Args, Flag } from './flags.ts'
import { jsonArray, jsonLines } from './json.ts'
import type { Output } from './output.ts'
import type { Cell, TableColumn } from './table.ts'
import { lineWidth, tableLines } from './table.ts'

const FORMATS = ['table', 'json', 'jsonl', 'csv'] as const

/** Form of the output. */
export type Format = (typeof FORMATS)[number]

/** Flags of every verb that prints. */
export const formatFlags = {
  output: {
    value: 'FORMAT',
    short: 'o',
    default: 'table',
    choices: FORMATS,
    doc: `${FORMATS.join(', ')}; json is one array, a record a line`,
  },
  'no-color': { doc: 'no colours on a terminal' },
} satisfies Record<string, Flag>

/** What to print how. */
export interface FormatChoice {
  readonly format: Format
  readonly color: boolean
}

/** Reads the flags of formatFlags. */
export const formatChoice = (args: Args<keyof typeof formatFlags>): FormatChoice => ({
  format: args.text('output') as Format,
  color: !args.on('no-color'),
})

/** Whether to colour on this output. */
export const usesColor = ({ color }: FormatChoice, out: Output): boolean => color && (out.color ?? out.isTTY)

/** Text of a table for this output. */
export function tableText(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  choice: FormatChoice,
  out: Output,
): string {
  return `${tableLines(columns, rows, lineWidth(out), usesColor(choice, out)).join('\n')}\n`
}

/** Pieces of text of records, for the machine-readable forms. `fields` name the columns of an empty CSV. */
export function recordPieces(
  format: Exclude<Format, 'table'>,
  records: Iterable<{ readonly [key: string]: Raw }>,
  fields: readonly string[],
): Iterable<string> {
  if (format === 'csv') return csvTable(records, fields)
  return format === 'json' ? jsonArray(records) : jsonLines(records)
}
