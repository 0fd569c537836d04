// `mlops doctor FOLDER ...`: what is made of each file in the folders, and why others are not read.
import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { type Recognised, recognise } from '../../agents/sources/recognise.ts'
import { cleanText } from '../protocol/text.ts'

/** What was found in one folder. */
export interface FolderReport {
  /** Absolute path. */
  readonly folder: string
  readonly files: readonly Recognised[]
}

const nameOf = ({ run }: Recognised) => (run ? `${run.experiment} | ${run.name}` : '-')

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function describe({ folder, files }: FolderReport): string[] {
  const read = files.filter(({ format }) => format !== null)
  const runs = new Set(read.flatMap(({ run }) => (run ? [run.path] : []))).size
  const rest = files.length - read.length
  const rows = files.map((file) =>
    [file.format ?? '-', nameOf(file), relative(folder, file.path) || '.', file.note ?? ''].map((cell) =>
      cleanText(cell),
    ),
  )
  const sum = `${cleanText(folder)}: ${read.length} file(s) read, ${runs} run(s), ${rest} not taken`
  return rows.length > 0 ? [sum, '', ...table([['FORMAT', 'RUN', 'FILE', 'NOTE'], ...rows]), ''] : [sum, '']
}

/** Prints what is made of the files; 1 when a folder is missing. */
export async function doctorFolders(folders: readonly string[], json: boolean): Promise<number> {
  const reports: FolderReport[] = []
  for (const folder of folders) reports.push({ folder: resolve(folder), files: await recognise(folder) })
  const text = json ? JSON.stringify(reports) : reports.flatMap(describe).join('\n')
  process.stdout.write(`${text}\n`)
  return reports.every(({ folder }) => existsSync(folder)) ? 0 : 1
}
