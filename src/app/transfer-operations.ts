// What goes out of a store and comes into one: export and import.
import { placeFlags, readPlace } from '../cli/verb.ts'
import type { Operation } from './operate.ts'

/** `mlops export`. */
export const exportOperation: Operation = {
  name: 'export',
  usage: 'mlops export DIR [flags]',
  summary:
    "Writes runs with all their points into a folder: as MLflow's files, JSON lines or CSV. Deleted runs, artifacts and text output are left out. The model registry goes with it where neither --filter nor --experiment is given.",
  flags: {
    format: {
      value: 'FORMAT',
      doc: 'mlflow (a file store, as mlruns/), jsonl or csv (runs and points, a file each)',
      choices: ['mlflow', 'jsonl', 'csv'],
      default: 'mlflow',
    },
    filter: { value: 'Q', doc: 'only runs that pass, as in mlops get runs' },
    experiment: { value: 'NAME', doc: 'only runs of this experiment, by name or id' },
    force: { doc: 'add to a folder that is not empty; runs of the same id are replaced' },
    ...placeFlags,
  },
  async run(words, flag, on, all) {
    const place = readPlace({ text: flag, texts: all })
    const { exportVerb } = await import('./export-verb.ts')
    return exportVerb(words, place, {
      format: flag('format')!,
      filter: flag('filter'),
      experiment: flag('experiment'),
      force: on('force'),
    })
  },
}

/** `mlops import`. */
export const importOperation: Operation = {
  name: 'import',
  usage: 'mlops import DIR ... [flags]',
  summary:
    'Reads folders once (logs of all known forms, file stores of MLflow) into the store of this place. Again it adds only what is new; runs and models that are there from elsewhere are left as they are. Exit code 1 when something could not be read.',
  flags: {
    hub: { value: 'URL', doc: 'into the running hub at this address' },
    'token-file': { value: 'FILE', doc: 'token for --hub, one line' },
    config: placeFlags.config,
  },
  async run(words, flag) {
    const { importVerb } = await import('./import-verb.ts')
    return importVerb(words, { hub: flag('hub'), tokenFile: flag('token-file'), config: flag('config') })
  },
}
