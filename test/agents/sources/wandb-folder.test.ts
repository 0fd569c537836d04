// The folders of W&B, and printed output, as the folder source finds them. All files are made here.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lazyFormat } from '../../../agents/sources/lazy-format.ts'
import { createRecorder, drain } from '../recorder.ts'
import { testSourceContract } from '../source-contract.ts'
import { createPlace, eventsOf, type Place, problemsOf, runsOf, tagsOf, valuesOf } from './place.ts'
import { exit, final, header, history, run, wandbFile } from './wandb-writer.ts'

let place: Place
beforeEach(() => {
  place = createPlace()
})
afterEach(() => place.remove())

const FOLDER = 'proj/wandb/offline-run-20260101_000000-abc123'
const begun = () => Math.floor(place.now / 1000) - 3600
const records = () => [header, run({ lr: '0.1' }, begun()), history({ loss: '0.5' }, 1)]

function startMissing() {
  const gone = createPlace()
  gone.remove()
  return gone.open()
}

const contract = (name: string, fileName: string, content: () => string | Buffer) =>
  testSourceContract(name, () => {
    place.write(fileName, content())
    return { start: (cursors) => place.open(cursors), startMissing, now: place.now + 10_000 }
  })

contract("W&B's record of a run", `${FOLDER}/run-abc123.wandb`, () =>
  wandbFile(...records(), exit(0, 60), final),
)
contract('printed output', 'job/train.log', () => 'step 1 loss 2\nstep 2 loss 1 acc 0.5\n')
contract('a table of CatBoost', 'catboost_info/learn_error.tsv', () => 'iter\tRMSE\n0\t0.9\n1\t0.8\n')

describe('the folder of a W&B run', () => {
  it('is one run, with what W&B noted of the machine, and without what it printed', async () => {
    place.write(`${FOLDER}/run-abc123.wandb`, wandbFile(...records()))
    place.write(`${FOLDER}/files/wandb-metadata.json`, '{"program": "train.py", "git": {"commit": "c0ffee"}}')
    place.write(`${FOLDER}/files/output.log`, 'step 1 loss 2\nstep 2 loss 1\n')
    place.write(`${FOLDER}/logs/debug.log`, 'step 1 loss 2\nstep 2 loss 1\n')
    const recorder = await place.read(createRecorder(), 6000)
    expect(runsOf(recorder)).toEqual(['proj/wandb | offline-run-20260101_000000-abc123 (wandb)'])
    expect(valuesOf(recorder)).toEqual(['loss 1 0.5'])
    expect(tagsOf(recorder)).toMatchObject({ program: 'train.py', 'git.commit': 'c0ffee', host: 'node7' })
    expect(problemsOf(recorder)).toEqual([])
  })

  it('has finished or failed when its record says so, and not run or idled since', async () => {
    place.write(`${FOLDER}/run-abc123.wandb`, wandbFile(...records(), exit(0, 60)))
    place.write(
      'wandb/run-20260101_000000-def456/run-def456.wandb',
      wandbFile(...records(), exit(1, 60), final),
    )
    const recorder = await place.read()
    place.write(`${FOLDER}/run-abc123.wandb`, wandbFile(...records(), exit(0, 60), final))
    for (const later of [1000, 120_000, 240_000]) await place.read(recorder, later)
    const told = eventsOf(recorder, 'run.status').map(({ data }) => data)
    const ended = begun() * 1000 + 500 + 60_000
    expect(told).toEqual(
      expect.arrayContaining([
        { status: 'finished', ended },
        { status: 'failed', ended },
      ]),
    )
    expect(told).toHaveLength(2)
  })

  it('runs again when its files grow long after its end', async () => {
    const first = [...records(), exit(0, 60)]
    place.write(`${FOLDER}/run-abc123.wandb`, wandbFile(...first))
    const recorder = createRecorder()
    const source = place.open()
    await drain(source, recorder, place.now)
    place.write(`${FOLDER}/run-abc123.wandb`, wandbFile(...first, history({ loss: '0.25' }, 2)))
    await drain(source, recorder, place.now + 200_000)
    await drain(source, recorder, place.now + 300_000)
    const told = eventsOf(recorder, 'run.status').map(({ data }) => data.status)
    expect(told).toEqual(['finished', 'running', 'idle'])
    expect(valuesOf(recorder)).toEqual(['loss 1 0.5', 'loss 2 0.25'])
  })
})

describe('printed output', () => {
  it('is a run of its own, called after its file, or its folder when that says nothing', async () => {
    place.write('a/train.log', 'loading\nstep 1 loss 2\nstep 2 loss 1\n')
    place.write('b/slurm-7.out', 'Epoch 1/2\n9/9 - 1s - loss: 2\nEpoch 2/2\n9/9 - 1s - loss: 1\n')
    place.write('c/server.log', 'listening on port: 8080\n'.repeat(2000))
    place.write('requirements.txt', 'numpy==1.2.3\n')
    const recorder = await place.read()
    const places = runsOf(recorder).map((name) => name.replace(/^mlops-place-\w+/, 'root'))
    expect(places).toHaveLength(2)
    expect(valuesOf(recorder).sort()).toEqual(['loss 1 2', 'loss 1 2', 'loss 2 1', 'loss 2 1'])
  })

  it('is left to the tables when it is one', async () => {
    place.write('a/training.log', 'epoch,loss,val_loss\n0,2,3\n1,1,2\n')
    const recorder = await place.read()
    expect(eventsOf(recorder, 'run.found').map(({ data }) => data.source)).toEqual(['csv'])
  })
})

describe('a format that is loaded on demand', () => {
  it('cannot be used before', async () => {
    const format = lazyFormat({ name: 'x', run: 'file', match: () => true }, async () => ({
      sniff: () => 'log',
      open: () => {
        throw new Error('opened')
      },
    }))
    expect(() => format.sniff(Buffer.alloc(0), 'a')).toThrow('before it is loaded')
    await format.load?.()
    expect(format.sniff(Buffer.alloc(0), 'a')).toBe('log')
    expect(() => format.open(undefined)).toThrow('opened')
  })
})
