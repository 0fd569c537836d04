// Model cards: Markdown in a file, which becomes the description of a model or a version.
import { readFileSync, statSync } from 'node:fs'
import { CliError, EXIT, usageError } from './cli-error.ts'

/** Longest card, UTF-16 units: what a description holds. */
const MAX_CARD = 100_000

function textOf(file: string): string {
  try {
    // four bytes a character at most
    if (statSync(file).size > MAX_CARD * 4) return ' '.repeat(MAX_CARD + 1)
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CliError(
      `cannot read ${file}: ${(error as Error).message}`,
      'name a file of Markdown',
      EXIT.notFound,
    )
  }
}

/** The text of a card. Throws CliError: 3 where the file cannot be read, 2 where it is too long. */
export function readCard(file: string): string {
  const text = textOf(file)
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
  if (text.length <= MAX_CARD) return text
  throw usageError(`${file} is longer than ${MAX_CARD} characters`, 'link to what is long')
}
