// Which files hold the settings of runs: beside a log, or for all logs of a Hydra job.
import { existsSync } from 'node:fs'
import path from 'node:path'

const BESIDE = /^(hparams|config|params|args|opt|hyp)\.ya?ml$|^(hparams|params|args)\.json$/i
const OF_JOB = /^(config|overrides|hydra)\.yaml$/

/** The runs that a settings file is for. */
export interface SettingsPlace {
  /** `beside`: runs whose log lies in the folder; `job`: in it or below; `sweep`: the same, for all jobs of a sweep. */
  readonly kind: 'beside' | 'job' | 'sweep'
  readonly folder: string
}

/** True for the folder that Hydra writes the settings of a job into, whatever its name. */
const isHydra = (folder: string) =>
  path.basename(folder) === '.hydra' ||
  ['hydra.yaml', 'overrides.yaml'].every((name) => existsSync(path.join(folder, name)))

/** What a file of this path is the settings of, going by names; undefined when it holds none. */
export function settingsPlace(filePath: string): SettingsPlace | undefined {
  const name = path.basename(filePath)
  const folder = path.dirname(filePath)
  if (name === 'multirun.yaml') return { kind: 'sweep', folder }
  if (OF_JOB.test(name) && isHydra(folder)) return { kind: 'job', folder: path.dirname(folder) }
  return BESIDE.test(name) ? { kind: 'beside', folder } : undefined
}
