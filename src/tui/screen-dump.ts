// Saves what is on the screen: plain text, text with its colours, or a picture, by the file's ending.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { plainText } from './panels/painted.ts'
import { dumpAnsi, dumpSvg } from './terminal/dump.ts'

/** A frame as it was drawn. */
export interface Frame {
  readonly text: string
  readonly columns: number
  readonly rows: number
}

function encode(file: string, { text, columns, rows }: Frame): string {
  const lines = text.split('\n')
  if (file.endsWith('.svg')) return dumpSvg(lines, columns, rows)
  if (file.endsWith('.ansi')) return dumpAnsi(lines)
  return `${lines.map((line) => plainText(line).trimEnd()).join('\n')}\n`
}

/** Writes a frame to a new file and returns its whole path. Throws where it exists or cannot be written. */
export function saveDump(file: string, frame: Frame): string {
  const path = resolve(file)
  writeFileSync(path, encode(path, frame), { flag: 'wx' })
  return path
}

/** Writes text to a new file and returns its whole path. Throws where it exists or cannot be written. */
export function saveText(file: string, text: string): string {
  const path = resolve(file)
  writeFileSync(path, text, { flag: 'wx' })
  return path
}
