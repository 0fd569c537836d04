// The questions that people open the MLflow UI for, each answered in at most three keys from the screen where it comes up.
import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bundleFixture } from '../frames/screen.ts'
import { fakeHub } from '../frames/world.ts'
import { openPage, type Page } from './page.ts'

let folder = ''
let program = ''
let page: Page

beforeAll(async () => {
  ;({ folder, program } = await bundleFixture())
})
afterEach(({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${page.text().replace(/\s+$/gm, '')}\n`)
  page.end()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Where a question comes up: what was typed to get there, and what is then in sight. */
const SCREENS = {
  home: ['', 'runs [12]'],
  models: [':models\r', 'models [2]'],
  experiments: [':experiments\r', 'experiments [2]'],
  datasets: [':datasets\r', 'datasets [2]'],
} as const

interface Question {
  readonly question: string
  readonly on: keyof typeof SCREENS
  /** At most three. Each is given once what the one before brings is in sight. */
  readonly keys: readonly (readonly [key: string, sees: string | RegExp])[]
  readonly answers: readonly (string | RegExp)[]
  /** The hub's data has changed: it is drawn at the next tick. */
  readonly changes?: true
}

const ENTER = '\r'

/** Id of the run of an experiment whose last validation loss is the least. */
function bestRun(experiment: string): string {
  const { state, series } = fakeHub().link.world()
  const runs = [...state.runs.values()].filter((run) => run.experiment === experiment)
  const loss = (id: string) => series.get(id)!.get('val/loss')!.last.value
  return runs.map(({ id }) => id).reduce((best, id) => (loss(id) < loss(best) ? id : best))
}

const QUESTIONS: readonly Question[] = [
  {
    question: 'which version is champion?',
    on: 'home',
    keys: [
      [':', ':'],
      ['m', ':m'],
      [ENTER, 'models [2]'],
    ],
    answers: [/churn +champion=2 +3 +3/],
  },
  {
    question: 'who moved it, when and why?',
    on: 'models',
    keys: [['d', 'churn (all)']],
    answers: [
      /2026-11-22 12:00:00 UTC.*champion +from 1 +to 2 +by bob +reason better on the June holdout/,
      /champion +to 1 +by ada +reason first one/,
    ],
  },
  {
    question: 'which versions are there, and which run does each come from?',
    on: 'models',
    keys: [[ENTER, 'versions [3]']],
    answers: [/churn +3 .*churn-xgb-2/, /churn +2 +champion .*churn-xgb-6/, /churn +1 .*churn-xgb-10/],
  },
  {
    question: 'what was the newest version trained from: run, data, code, host?',
    on: 'models',
    keys: [
      [ENTER, 'versions [3]'],
      ['L', 'lineage of churn/3'],
      ['h', 'lineage of churn-xgb-2'],
    ],
    answers: [/<- from +dataset +customers@d2/, /<- from +commit +e4f5a6b/, /<- from +host +serve-1/],
  },
  {
    question: 'what changed against the champion?',
    on: 'models',
    keys: [
      [ENTER, 'versions [3]'],
      ['=', 'compare 2 versions'],
    ],
    answers: [/NAME +KIND +churn\/2 +churn\/3/, /commit +version +a1b2c3d +e4f5a6b/, /val\/loss +metric/],
  },
  {
    question: 'how did the loss of the newest version go?',
    on: 'models',
    keys: [
      [ENTER, 'versions [3]'],
      [ENTER, '› churn-xgb-2'],
    ],
    answers: ['val/loss'],
  },
  {
    question: 'may it be champion now?',
    on: 'models',
    keys: [
      [ENTER, 'versions [3]'],
      ['P', 'Move champion of churn: version 2 -> 3?'],
      [ENTER, 'done, and in the log'],
    ],
    answers: [/churn +3 +champion/],
    changes: true,
  },
  {
    question: 'back to the one before?',
    on: 'models',
    keys: [
      ['B', 'Move champion of churn: version 2 -> 1?'],
      [ENTER, 'done, and in the log'],
    ],
    answers: [/churn +champion=1/],
    changes: true,
  },
  {
    question: 'what is the best run of an experiment by its metric?',
    on: 'experiments',
    keys: [
      [ENTER, /runs \[6\/12\]/],
      ['T', 'best first: val/loss, the least'],
    ],
    answers: [new RegExp(`^(.*\\n){3} *${bestRun('vision')} `)],
  },
  {
    question: 'which params and tags did a run have?',
    on: 'home',
    keys: [['d', '(all)']],
    answers: [/batch_size +\d+/, /lr +0\.\d+/, /team +\w+/],
  },
  {
    question: 'how do two runs differ?',
    on: 'home',
    keys: [
      [' ', '1 marked'],
      [' ', '2 marked'],
      ['=', 'compare 2 runs'],
    ],
    answers: [/batch_size +param +32 +64/],
  },
  {
    question: 'which runs used this data?',
    on: 'datasets',
    keys: [[ENTER, /runs \[\d\/12\]/]],
    answers: [/churn-xgb/],
  },
  {
    question: 'is this data still the newest, and which versions come from it?',
    on: 'datasets',
    keys: [],
    answers: [/customers +d2 +newest .*churn\/2 churn\/3/, /customers +d1 +stale .*churn\/1/],
  },
]

test.each(QUESTIONS)('$question', async ({ on, keys, answers, changes }) => {
  expect(keys.length).toBeLessThanOrEqual(3)
  page = await openPage(program)
  const [way, there] = SCREENS[on]
  page.press(way)
  await page.sees(there)
  for (const [key, sees] of keys) {
    page.press(key)
    await page.sees(sees)
  }
  if (changes) page.happen()
  await page.sees(...answers)
})
