// `mlops WORD`: a folder, or a verb that was mistyped.
import { statSync } from 'node:fs'
import { CliError, EXIT } from '../cli/cli-error.ts'
import { unknownCommand } from '../cli/commands.ts'
import { operations } from './operate.ts'

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** Throws CliError when the first word is neither a verb nor a folder that is there. */
export function checkFolders(argv: readonly string[]): void {
  const [word] = argv
  if (word === undefined || word.startsWith('-') || isFolder(word)) return
  if (/[/\\.~]/.test(word))
    throw new CliError(
      `there is no folder ${word}`,
      'name a folder with logs, or none for this one',
      EXIT.notFound,
    )
  throw unknownCommand(word, [...operations.map(({ name }) => name), 'agent', 'track', 'help', 'version'])
}
