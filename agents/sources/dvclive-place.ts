// Where DVCLive keeps the table of a metric.
import path from 'node:path'

const PLACE = /^(.+)[/\\]plots[/\\]metrics[/\\](.+)\.tsv$/i

/** What a file of a DVCLive directory is; undefined for all other files. */
export function dvcliveFile(
  filePath: string,
): { readonly directory: string; readonly key: string } | undefined {
  const [, directory, name] = PLACE.exec(filePath) ?? []
  if (directory === undefined || name === undefined) return undefined
  return { directory, key: name.split(path.sep).join('/') }
}
