// trainer_state.json of the Hugging Face Trainer: all that it logged since the start, written anew into each
// checkpoint. The folders checkpoint-N of one output folder hold states of one run. Source: transformers,
// trainer_callback.py (TrainerState), trainer.py (_save_checkpoint).
import path from 'node:path'
import { parseStepCell } from './cells.ts'
import type { DocumentFormat, Row } from './document.ts'
import { numberText, parseLooseJson } from './loose-json.ts'
import { collectNumbers, isTree } from './numbers-tree.ts'
import { flattenParams } from './params.ts'

/** What of the state the run was started with; the rest is how far it got. */
const SETTINGS = [
  'train_batch_size',
  'num_train_epochs',
  'max_steps',
  'logging_steps',
  'eval_steps',
  'save_steps',
  'trial_name',
  'trial_params',
]
const RESULTS = ['best_metric', 'best_model_checkpoint', 'best_global_step']

const CHECKPOINT = /^checkpoint-(\d+)$/

/** The output folder of the run; a state that was saved under another name stands for itself. */
function outputOf(filePath: string): string {
  if (path.basename(filePath) !== 'trainer_state.json') return filePath
  const directory = path.dirname(filePath)
  return CHECKPOINT.test(path.basename(directory)) ? path.dirname(directory) : directory
}

function pick(state: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  const given = names.filter((name) => Object.hasOwn(state, name) && state[name] !== null)
  return flattenParams(Object.fromEntries(given.map((name) => [name, state[name]])))
}

function readRow(entry: unknown): Row {
  if (!isTree(entry)) return { step: 0, values: [], fault: 'rows that are no object left out' }
  const step = parseStepCell(numberText(entry.step) ?? '')
  if (step === undefined)
    return { step: 0, values: [], fault: 'rows without a whole number as their step left out' }
  const { step: _, ...rest } = entry
  const values = collectNumbers(rest, '.')
  return values ? { step, values } : { step, values: [], fault: 'rows nested deeper than 16 left out' }
}

/** States of the Hugging Face Trainer. */
export const trainerState: DocumentFormat = {
  name: 'hf-trainer',
  history: 'grows',
  run: 'directory',
  refusal: 'it holds no log_history',
  runPath: outputOf,
  historyPath: outputOf,
  // The state in the output folder itself is written at the end.
  rank(filePath) {
    const step = CHECKPOINT.exec(path.basename(path.dirname(filePath)))?.[1]
    return step === undefined ? Number.POSITIVE_INFINITY : Number(step)
  },
  sniff: (head) => /^\s*\{/.test(head) && /"(log_history|global_step|best_metric|epoch)"\s*:/.test(head),
  parse(text) {
    const state = parseLooseJson(text)
    if (!isTree(state) || !Array.isArray(state.log_history)) return undefined
    const log: readonly unknown[] = state.log_history
    return {
      rows: { length: log.length, at: (index) => readRow(log[index]) },
      params: pick(state, SETTINGS),
      tags: pick(state, RESULTS),
    }
  },
}
