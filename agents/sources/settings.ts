// Settings files (hparams.yaml of Lightning, args.yaml of Ultralytics, params.json; those of Hydra jobs): their
// values are the params of the runs that they are for.
import { readFileSync, type Stats } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { emitParams, emitProblem, emitTags } from './file-sink.ts'
import { readHydra } from './hydra.ts'
import type { Run, Runs } from './runs.ts'
import type { SettingsPlace } from './settings-names.ts'
import type { Emit } from './source.ts'
import { withFile } from './tail.ts'
import { describeFailure } from './walk.ts'
import { parseYamlText } from './yaml-params.ts'

/** Longest settings file that is read, bytes. */
const MAX_BYTES = 1024 * 1024

/** What a settings file holds: params and tags, or what is wrong with it. */
export interface Settings {
  readonly crc: number
  readonly params?: Record<string, string>
  readonly tags?: Record<string, string>
  readonly problem?: string
}

/** Reads a settings file. Throws what the system says. */
export function readSettings(filePath: string, stat: Stats, kind: SettingsPlace['kind']): Settings {
  if (stat.size > MAX_BYTES) return { crc: stat.size, problem: 'settings longer than 1 MiB left out' }
  const text = withFile(filePath, (fd) => readFileSync(fd, 'utf8'))
  const crc = crc32(text)
  try {
    if (kind === 'beside') return { crc, params: parseYamlText(text) }
    return { crc, ...readHydra(text, path.basename(filePath)) }
  } catch (error) {
    return { crc, problem: `settings not read: ${(error as Error).message.split('\n')[0]}` }
  }
}

/** Applies a settings file to those of the runs that do not have it yet: params, or the problem that it has. */
export function applySettings(
  filePath: string,
  stat: Stats,
  place: SettingsPlace,
  told: readonly Run[],
  runs: Runs,
  emit: Emit,
  now: number,
): void {
  let settings: Settings
  try {
    settings = readSettings(filePath, stat, place.kind)
  } catch (error) {
    settings = { crc: 0, problem: describeFailure(error) }
  }
  const name = path.relative(place.folder, filePath)
  for (const run of told) {
    if (!runs.applySettings(run, name, settings.crc, emit)) continue
    if (settings.params) emitParams(emit, run, now, settings.params)
    if (settings.tags) emitTags(emit, run, now, settings.tags)
    if (settings.problem) emitProblem(emit, run.id, now, filePath, settings.problem)
  }
}
