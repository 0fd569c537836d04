import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recognise } from '../../../agents/sources/recognise.ts'
import { createPlace, type Place } from './place.ts'

let place: Place
beforeEach(() => {
  place = createPlace()
})
afterEach(() => place.remove())

/** `file: format, run (note)` of each. */
async function list(): Promise<string[]> {
  const found = await recognise(place.root)
  return found.map(({ path, format, run, note }) => {
    const name = path.slice(place.root.length + 1)
    return `${name}: ${format}, ${run?.name ?? null}${note ? ` (${note})` : ''}`
  })
}

describe('what a folder is made of', () => {
  it('is said of every file that is read: its format and its run', async () => {
    const state = '{"log_history": [{"step": 1, "loss": 1}]}'
    place.write('a/metrics.csv', 'step,loss\n1,1\n')
    place.write('a/hparams.yaml', 'lr: 1\n')
    place.write('hf/checkpoint-1/trainer_state.json', state)
    place.write('hf/checkpoint-20/trainer_state.json', state)
    place.write('job/.hydra/config.yaml', 'lr: 1\n')
    place.write('job/tb/events.out.tfevents.1', '')
    place.write('live/plots/metrics/loss.tsv', 'step\tloss\n1\t1\n')
    place.write('notes.md', 'step,loss\n')
    expect(await list()).toEqual([
      'a/hparams.yaml: settings, null (params of 1 run)',
      'a/metrics.csv: csv, a',
      'hf/checkpoint-1/trainer_state.json: hf-trainer, hf (an earlier state of its run than hf/checkpoint-20/trainer_state.json)',
      'hf/checkpoint-20/trainer_state.json: hf-trainer, hf',
      'job/.hydra/config.yaml: hydra, null (params of 1 run)',
      'job/tb/events.out.tfevents.1: tfevents, tb',
      'live/plots/metrics/loss.tsv: dvclive, live',
    ])
  })

  it('is said of files that may be logs but are not read: why', async () => {
    place.write('data.csv', 'user,age\nada,36\n')
    place.write('dvc.yaml', 'plots: [x]\n')
    place.write('empty.csv', '')
    place.write('half/trainer_state.json', '{"log_history": [{"step"')
    place.write('history.json', '{"users": ["ada"]}')
    place.write('latin.csv', Buffer.from('step,caf\u00e9\n1,2\n', 'latin1'))
    place.write('lone/params.json', '{"lr": ')
    place.write('rows.jsonl', '{"text": "a"}\n'.repeat(60))
    place.write('short.jsonl', '{"text"')
    place.write('wide.csv', Buffer.from('\ufeffstep,loss\n1,2\n', 'utf16le'))
    expect(await list()).toEqual([
      'data.csv: null, null (it has neither a step column nor the name of a log)',
      'dvc.yaml: null, null (it has no stages)',
      'empty.csv: null, null (is empty)',
      expect.stringMatching(/^half\/trainer_state.json: hf-trainer, half \(is not whole, or broken: /),
      'history.json: null, null (it is no list of numbers a metric)',
      'latin.csv: csv, latin (is not UTF-8 text)',
      expect.stringMatching(/^lone\/params.json: settings, null \(settings not read: /),
      'rows.jsonl: null, null (its rows have neither a step nor a metric)',
      'short.jsonl: null, null (too little is written to tell)',
      'wide.csv: csv, wide (is UTF-16 text: write it as UTF-8)',
    ])
  })

  it('is a reason where the folder is missing', async () => {
    const found = await recognise(place.path('none'))
    expect(found).toEqual([
      { path: place.path('none'), format: null, run: null, note: 'is missing; it is read when it appears' },
    ])
  })
})
