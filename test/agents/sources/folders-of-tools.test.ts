// The folders that DVCLive, DVC, Hydra, Ultralytics and YOLOv5 make. All files are made here.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRecorder, drain } from '../recorder.ts'
import { testSourceContract } from '../source-contract.ts'
import { createPlace, eventsOf, type Place, paramsOf, problemsOf, runsOf, tagsOf, valuesOf } from './place.ts'

let place: Place
beforeEach(() => {
  place = createPlace()
})
afterEach(() => place.remove())
const own = () => place.root.split('/').at(-1)!

testSourceContract('folders of tools', () => {
  const { write, open, now } = place
  write('dvclive/plots/metrics/a/b.tsv', 'step\ta/b\n1\t2\n')
  write('dvclive/metrics.json', '{"step": 3, "own": 1}')
  write('job/.hydra/config.yaml', 'lr: 1\n')
  write('job/results.csv', ' epoch,  loss\n 1, 2\n')
  write('dvc.yaml', 'stages: {train: {cmd: [a, b]}}\n')
  const empty = createPlace()
  empty.remove()
  return { start: open, startMissing: () => empty.open(), now: now + 2000 }
})

describe('a DVCLive directory', () => {
  it('is one run whose metrics are called after their files, with its params', async () => {
    place.write('exp/dvclive/plots/metrics/train/loss.tsv', 'step\ttrain/loss\n0\t3\n1\t2\n')
    place.write('exp/dvclive/plots/metrics/acc.tsv', 'timestamp\tstep\tacc\n1700000000000\t0\t0.5\n')
    place.write('exp/dvclive/metrics.json', '{"train": {"loss": 2}, "best": {"acc": 0.75}, "step": 1}')
    place.write('exp/dvclive/params.yaml', 'lr: 1e-3\nopt:\n  name: adam\n')
    place.write('exp/dvclive/dvc.yaml', 'metrics:\n- metrics.json\nplots:\n- plots/metrics\n')
    place.write('exp/dvclive/report/index.html', '<html>')
    const recorder = await place.read(createRecorder(), 5000)
    expect(runsOf(recorder)).toEqual([`${own()} | exp (dvclive)`])
    // What the summary alone holds comes from there.
    expect(valuesOf(recorder).sort()).toEqual([
      'acc 0 0.5',
      'best/acc 1 0.75',
      'train/loss 0 3',
      'train/loss 1 2',
    ])
    expect(paramsOf(recorder)).toEqual({ lr: '1e-3', 'opt.name': 'adam' })
    expect(problemsOf(recorder)).toEqual([])
  })

  it('gives a summary value at each step once', async () => {
    const recorder = createRecorder()
    for (const [step, acc] of [
      [1, 0.5],
      [1, 0.5],
      [2, 0.5],
    ]) {
      place.write('dvclive/metrics.json', JSON.stringify({ step, acc }))
      await place.read(recorder)
    }
    expect(valuesOf(recorder)).toEqual(['acc 1 0.5', 'acc 2 0.5'])
  })
})

describe('a DVC repository', () => {
  const yaml =
    'stages:\n  train:\n    cmd: python train.py\n    deps: [data.csv]\n    params: [lr]\n' +
    '    outs: [model.pkl]\n    metrics:\n    - eval.json:\n        cache: false\n  each:\n    foreach: [a, b]\n' +
    '    do:\n      cmd: echo [item]\nmetrics: [eval.json]\n'
  const lock =
    "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n    - path: data.csv\n      md5: aa\n" +
    '    params:\n      params.yaml:\n        lr: 0.10\n        net: {depth: 3}\n      other.toml:\n        seed: 1\n' +
    '    outs:\n    - {path: model.pkl, md5: bb, size: 3}\n    - {path: s3, hash: etag, etag: cc}\n'

  it('is a run with the params, commands and hashes of its stages', async () => {
    place.write('repo/dvc.yaml', yaml)
    place.write('repo/dvc.lock', lock)
    place.write('repo/params.yaml', 'extra: 7\n')
    const recorder = await place.read(createRecorder(), 5000)
    expect(runsOf(recorder)).toEqual([`${own()} | repo (dvc)`])
    expect(paramsOf(recorder)).toEqual({
      lr: '0.10',
      'net.depth': '3',
      'other.toml.seed': '1',
      extra: '7',
    })
    expect(tagsOf(recorder)).toMatchObject({
      'dvc.stages': 'train, each',
      'dvc.locked': 'train',
      'dvc.train.cmd': 'python train.py',
      'dvc.train.metrics': 'eval.json',
      'dvc.each.cmd': 'echo [item]',
      'dvc.metrics': 'eval.json',
      'dvc.dep.data.csv': 'aa',
      'dvc.out.model.pkl': 'bb',
      'dvc.out.s3': 'etag:cc',
    })
    const before = recorder.events.length
    await place.read(recorder, 10_000)
    expect(recorder.events).toHaveLength(before)
  })

  it('is read when its writer has been quiet, for half a YAML file may look whole', async () => {
    place.write('repo/dvc.lock', lock)
    const recorder = createRecorder()
    const source = place.open()
    await drain(source, recorder, place.now)
    expect(recorder.events).toEqual([])
    await drain(source, recorder, place.now + 2000)
    expect(tagsOf(recorder)).toMatchObject({ 'dvc.out.model.pkl': 'bb' })
  })

  it('without stages, or broken, is no run', async () => {
    place.write('a/dvc.yaml', 'plots: [x]\n')
    place.write('b/dvc.yaml', 'stages: [1\n\tx')
    const recorder = await place.read(createRecorder(), 10_000)
    expect(runsOf(recorder)).toEqual([])
    expect(problemsOf(recorder)).toEqual([expect.stringMatching(/not whole, or broken/)])
  })
})

describe('the folder of a Hydra job', () => {
  const table = 'step,loss\n1,1\n'

  it('gives its settings to the runs in it and below, not to those of another job', async () => {
    for (const [job, lr] of [
      ['0', '0.1'],
      ['1', '0.2'],
    ]) {
      place.write(`sweep/${job}/.hydra/config.yaml`, `lr: ${lr}\nmodel:\n  layers: [1, 2]\n`)
      place.write(`sweep/${job}/.hydra/overrides.yaml`, `- lr=${lr}\n`)
      place.write(
        `sweep/${job}/.hydra/hydra.yaml`,
        `hydra:\n  job:\n    name: train\n    num: ${job}\n    id: ???\n  runtime:\n    version: 1.3.2\n`,
      )
      place.write(`sweep/${job}/metrics.csv`, table)
      place.write(`sweep/${job}/tb/deep/metrics.csv`, table)
    }
    place.write('elsewhere/metrics.csv', table)
    const recorder = await place.read()
    const paramsAt = (name: string) => {
      const id = eventsOf(recorder, 'run.found').find(({ data }) => data.path === place.path(name))?.about
      const events = eventsOf(recorder, 'run.params').filter(({ about }) => about === id)
      return Object.assign({}, ...events.map(({ data }) => data.params))
    }
    const settings = (lr: string) => ({ lr, 'model.layers': '[1, 2]', 'hydra.overrides': `[lr=${lr}]` })
    expect(paramsAt('sweep/0/metrics.csv')).toEqual(settings('0.1'))
    expect(paramsAt('sweep/0/tb/deep/metrics.csv')).toEqual(settings('0.1'))
    expect(paramsAt('sweep/1/tb/deep/metrics.csv')).toEqual(settings('0.2'))
    expect(paramsAt('elsewhere/metrics.csv')).toEqual({})
    expect(tagsOf(recorder)).toMatchObject({ 'hydra.job.name': 'train', 'hydra.runtime.version': '1.3.2' })
    expect(tagsOf(recorder)).not.toHaveProperty('hydra.job.id')
    const again = createRecorder(recorder.cursors)
    await drain(place.open(recorder.cursors), again, place.now)
    expect(again.events).toEqual([])
  })

  it('may come after its log, and lie below another job', async () => {
    place.write('outer/.hydra/config.yaml', 'a: 1\n')
    place.write('outer/inner/metrics.csv', table)
    const recorder = createRecorder()
    const source = place.open()
    await drain(source, recorder, place.now)
    expect(paramsOf(recorder)).toEqual({ a: '1' })
    recorder.events.length = 0
    place.write('outer/inner/.hydra/config.yaml', 'b: 2\n')
    await drain(source, recorder, place.now + 100)
    expect(paramsOf(recorder)).toEqual({ b: '2' })
  })

  it('of a sweep gives what all its jobs share, not what it varies', async () => {
    place.write(
      'multirun.yaml',
      'lr: 0.1\nt: 1000\nhydra:\n  mode: MULTIRUN\n  overrides:\n    task: ["t=1000,1500", "seed=1"]\n',
    )
    place.write('0/metrics.csv', table)
    const recorder = await place.read()
    expect(paramsOf(recorder)).toEqual({ lr: '0.1', 'hydra.overrides': '[t=1000,1500, seed=1]' })
    expect(tagsOf(recorder)).toEqual({ 'hydra.mode': 'MULTIRUN' })
  })

  it('with a broken file is told of, once for each run', async () => {
    place.write('job/.hydra/config.yaml', 'a: 1\n\tb: 2\n')
    place.write('job/metrics.csv', table)
    const recorder = await place.read()
    expect(problemsOf(recorder)).toEqual([expect.stringMatching(/settings not read: .*2:1/)])
  })
})

describe('the folder of an Ultralytics or YOLOv5 run', () => {
  it('has padded columns, and its settings under each of their names', async () => {
    place.write('train/exp/results.csv', '   epoch,   train/box_loss,   x/lr0\n       0,   0.5,   0.01\n')
    place.write('train/exp/opt.yaml', 'weights: yolov5s.pt\nhyp:\n  lr0: 0.01\n')
    place.write('train/exp/hyp.yaml', 'lrf: 0.1\n')
    place.write('train/exp2/results.csv', 'epoch,time,train/box_loss\n1,3.5,0.5\n')
    place.write('train/exp2/args.yaml', 'task: detect\nlr0: 0.01\n')
    const recorder = await place.read()
    expect(runsOf(recorder)).toEqual(['train | exp (csv)', 'train | exp2 (csv)'])
    expect(valuesOf(recorder)).toContain('train/box_loss 0 0.5')
    expect(valuesOf(recorder)).toContain('x/lr0 0 0.01')
    const sets = eventsOf(recorder, 'run.params').map(({ data }) => Object.keys(data.params).join())
    expect(sets.sort()).toEqual(['lrf', 'task,lr0', 'weights,hyp.lr0'])
  })
})
