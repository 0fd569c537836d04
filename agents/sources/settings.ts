// Settings files beside a log (hparams.yaml of Lightning, args.yaml of Ultralytics, params.json): their
// values are the params of every run whose log lies in the same directory.
import { readFileSync, type Stats } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { emitParams, emitProblem } from './file-sink.ts'
import type { Runs } from './runs.ts'
import type { Emit } from './source.ts'
import { withFile } from './tail.ts'
import { describeFailure } from './walk.ts'
import { parseYamlText } from './yaml-params.ts'

/** Longest settings file that is read, bytes. */
const MAX_BYTES = 1024 * 1024

interface Settings {
  readonly crc: number
  readonly params?: Record<string, string>
  readonly problem?: string
}

function readSettings(filePath: string, stat: Stats): Settings {
  if (stat.size > MAX_BYTES) return { crc: stat.size, problem: 'settings longer than 1 MiB left out' }
  const text = withFile(filePath, (fd) => readFileSync(fd, 'utf8'))
  const crc = crc32(text)
  try {
    return { crc, params: parseYamlText(text) }
  } catch (error) {
    return { crc, problem: `settings not read: ${(error as Error).message.split('\n')[0]}` }
  }
}

/** Applies a settings file to runs that do not have it yet: params, or the problem that it has. */
export function applySettings(filePath: string, stat: Stats, runs: Runs, emit: Emit, now: number): void {
  const name = path.basename(filePath)
  let settings: Settings
  try {
    settings = readSettings(filePath, stat)
  } catch (error) {
    settings = { crc: 0, problem: describeFailure(error) }
  }
  const told = runs.in(path.dirname(filePath)).filter((run) => runs.isFound(run))
  for (const run of told) {
    if (!runs.applySettings(run, name, settings.crc, emit)) continue
    if (settings.params) emitParams(emit, run, now, settings.params)
    if (settings.problem) emitProblem(emit, run.id, now, filePath, settings.problem)
  }
}
