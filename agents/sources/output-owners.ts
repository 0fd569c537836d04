// Whose text output a file holds: of the run whose log it is, or of the runs that it lies beside.
import path from 'node:path'
import type { Run, Runs } from './runs.ts'

/** More runs in a folder than this share no output: whose would it be? */
const MOST_OWNERS = 4
/** Folders of a run that lie so far below its own. */
const LEVELS = 2

const OUTPUT = /\.(log|out|err)$|^(stdout|stderr|output|console)\.txt$/i
/** W&B keeps what a run printed in one file, and logs of its own beside it. */
const WANDB = /[/\\](offline-)?run-\d{8}_\d{6}-/

/** True for a file that may hold text output, going by its absolute path; any other text may be a log of its own. */
export const mayHoldOutput = (filePath: string): boolean =>
  (OUTPUT.test(path.basename(filePath)) || /\.txt$/i.test(filePath)) &&
  (!WANDB.test(filePath) || path.basename(filePath) === 'output.log')

const stem = (filePath: string): string => path.parse(filePath).name

function few(runs: readonly Run[]): readonly Run[] {
  return runs.length <= MOST_OWNERS ? runs : []
}

/** The runs whose output a file holds that is no log of its own; none as long as none is known. */
export function ownersBeside(filePath: string, runs: Runs): readonly Run[] {
  if (!OUTPUT.test(path.basename(filePath))) return []
  const folder = path.dirname(filePath)
  const here = runs.in(folder).filter((run) => runs.isFound(run))
  const named = here.filter((run) => run.path !== folder && stem(run.path) === stem(filePath))
  if (named.length > 0) return few(named)
  // What a program prints beside another one's log is not of that one.
  const others = here.filter(({ source }) => source !== 'text')
  const whole = others.filter((run) => run.path === folder)
  if (whole.length > 0) return few(whole)
  if (others.length > 0) return few(others)
  const job = runs.ofJob(folder).filter((run) => runs.isFound(run) && run.source !== 'text')
  if (job.length > 0) return few(job)
  let above = folder
  for (let level = 0; level < LEVELS; level++) {
    above = path.dirname(above)
    const found = runs.in(above).filter((run) => run.path === above && runs.isFound(run))
    if (found.length > 0) return few(found)
  }
  return []
}

/** How the stream of a file is called: by its place in the folder of the run. */
export function streamOf(filePath: string, run: Run): string {
  const relative = path.relative(run.directory, filePath)
  return relative === '' || relative.startsWith('..') ? path.basename(filePath) : relative
}
