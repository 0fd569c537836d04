// Files that are written anew as a whole, by the example of trainer_state.json. All files are made here.
import { rmSync, truncateSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_DOCUMENT } from '../../../agents/sources/document-file.ts'
import { dvcliveSummary } from '../../../agents/sources/dvclive-summary.ts'
import { kerasHistory } from '../../../agents/sources/keras-history.ts'
import type { Json } from '../../../agents/sources/source.ts'
import { trainerState } from '../../../agents/sources/trainer-state.ts'
import { createRecorder, drain, type Recorder, showPoints } from '../recorder.ts'
import { testSourceContract } from '../source-contract.ts'
import { createPlace, eventsOf, type Place, problemsOf, restartsOf, runsOf, valuesOf } from './place.ts'

let place: Place
const places: Place[] = []
function newPlace(): Place {
  place = createPlace()
  places.push(place)
  return place
}
beforeEach(() => void newPlace())
afterEach(() => {
  for (const one of places.splice(0)) one.remove()
})

const row = (step: number, loss = 1 / step) => ({ epoch: step / 10, loss, step })
const rows = (count: number, loss?: number) => Array.from({ length: count }, (_, i) => row(i + 1, loss))
const state = (log: readonly object[], more: object = {}) =>
  JSON.stringify({ global_step: log.length, log_history: log, max_steps: 9, ...more }, null, 2)
const FILE = 'out/trainer_state.json'
const losses = (recorder: Recorder) => valuesOf(recorder).filter((value) => value.startsWith('loss'))

testSourceContract('documents', () => {
  const { write, open, now } = newPlace()
  write(FILE, state([...rows(20), { step: 21, loss: 'x', 'eval\u001b': 1 }, { loss: 1 }]))
  const empty = newPlace()
  return { start: open, startMissing: () => empty.open(), now }
})

describe('a history that is written anew', () => {
  it('gives its new rows only, over any writes, half-written ones too, and a kill at any cursor', async () => {
    const write = fc.record({ more: fc.nat(6), cut: fc.option(fc.nat(400)), restart: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 3, 8192),
        async (writes, batch) => {
          newPlace()
          const recorder = createRecorder(new Map(), batch)
          const crashes: { points: string[]; cursors: Map<string, Json> }[] = []
          recorder.onCursor = () =>
            crashes.push({ points: showPoints(recorder.points), cursors: new Map(recorder.cursors) })
          let source = place.open()
          let count = 0
          let { now } = place
          for (const { more, cut, restart } of writes) {
            count += more
            const text = state(rows(count))
            place.write(FILE, cut === null ? text : text.slice(0, cut))
            if (restart) source = place.open(recorder.cursors)
            await drain(source, recorder, ++now)
          }
          place.write(FILE, `${state(rows(count))}\n`)
          await drain(source, recorder, ++now)
          const expected = rows(count).flatMap(({ step, loss, epoch }) => [
            `epoch ${step} ${epoch}`,
            `loss ${step} ${loss}`,
          ])
          expect(valuesOf(recorder)).toEqual(expected)
          expect([problemsOf(recorder), restartsOf(recorder)]).toEqual([[], []])
          const all = showPoints(recorder.points)
          for (const { points, cursors } of crashes) {
            const after = createRecorder(cursors)
            await drain(place.open(cursors), after, now)
            expect([...points, ...showPoints(after.points)]).toEqual(all)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('began anew when rows that were told differ, or are fewer; all its rows are told then', async () => {
    place.write(FILE, state(rows(3)))
    const recorder = await place.read()
    for (const [log, reason] of [
      [rows(4, 7), 'the history was written anew'],
      [rows(2, 7), 'the history is shorter than it was'],
    ] as const) {
      recorder.points.length = 0
      recorder.events.length = 0
      place.write(FILE, state(log))
      await place.read(recorder)
      expect(restartsOf(recorder)).toEqual([reason])
      expect(losses(recorder)).toEqual(log.map(({ step }) => `loss ${step} 7`))
      await place.read(recorder)
      expect(restartsOf(recorder)).toHaveLength(1)
    }
  })

  it('keeps a cursor whose size does not depend on the number of rows', async () => {
    const sizes = []
    for (const count of [10, 1000]) {
      place.write(FILE, state(rows(count)))
      const { cursors } = await place.read()
      sizes.push(JSON.stringify([...cursors]).length)
    }
    expect(sizes[1]! - sizes[0]!).toBeLessThan(10)
  })

  it('is read once more where its file system cannot tell two writes apart', async () => {
    place.write(FILE, state([row(1)]))
    const recorder = createRecorder()
    const source = place.open()
    place.age(FILE, 0)
    await drain(source, recorder, place.now)
    place.write(FILE, state([{ ...row(1), loss: 2 }]))
    place.age(FILE, 0)
    await drain(source, recorder, place.now + 5000)
    expect(losses(recorder)).toEqual(['loss 1 1', 'loss 1 2'])
  })

  it('tells params and tags again only when they change', async () => {
    const recorder = createRecorder()
    for (const [count, more] of [
      [1, { train_batch_size: 8 }],
      [2, { train_batch_size: 8 }],
      [3, { train_batch_size: 16, best_metric: 0.5 }],
    ] as const) {
      place.write(FILE, state(rows(count), more))
      await place.read(recorder)
    }
    expect(eventsOf(recorder, 'run.params').map(({ data }) => data.params)).toEqual([
      { train_batch_size: '8', max_steps: '9' },
      { train_batch_size: '16', max_steps: '9' },
    ])
    expect(eventsOf(recorder, 'run.tags').map(({ data }) => data.tags)).toEqual([{ best_metric: '0.5' }])
  })
})

describe('a document that cannot be read', () => {
  it('is no problem while its writer may be in the middle, and one after some quiet seconds, told once', async () => {
    place.write(FILE, state(rows(2)))
    const recorder = await place.read()
    place.write(FILE, state(rows(3)).slice(0, -20))
    const source = place.open(recorder.cursors)
    await drain(source, recorder, place.now + 100)
    await drain(source, recorder, place.now + 3000)
    expect(problemsOf(recorder)).toEqual([])
    await drain(source, recorder, place.now + 6000)
    await drain(source, recorder, place.now + 60_000)
    expect(problemsOf(recorder)).toEqual([expect.stringMatching(/not whole, or broken: .*JSON/)])
    await place.read(recorder, 70_000)
    expect(problemsOf(recorder)).toHaveLength(1)
    expect(restartsOf(recorder)).toEqual([])
    place.write(FILE, state(rows(3)))
    await place.read(recorder, 80_000)
    expect(problemsOf(recorder).slice(1)).toEqual(['can be read again'])
    expect(losses(recorder)).toEqual(['loss 1 1', 'loss 2 0.5', `loss 3 ${1 / 3}`])
  })

  it('is named when it is too large, not UTF-8 or nested beyond measure', async () => {
    place.write('big/trainer_state.json', state([]))
    truncateSync(place.path('big/trainer_state.json'), MAX_DOCUMENT + 1)
    place.write('latin/trainer_state.json', Buffer.from(state([{ step: 1, é: 1 }]), 'latin1'))
    const deep = `{"step": 1, "a": ${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`
    place.write('deep/trainer_state.json', `{"global_step": 1, "log_history": [${deep}]}`)
    const recorder = await place.read(createRecorder(), 10_000)
    expect(problemsOf(recorder).sort()).toEqual([
      'is longer than 64 MiB, not read',
      'is not UTF-8 text',
      expect.stringMatching(/nested deeper than 16|not whole, or broken/),
    ])
    expect(recorder.points).toEqual([])
  })

  it('is no problem any more when it is gone', async () => {
    place.write(FILE, '{"log_history": [')
    const recorder = createRecorder()
    const source = place.open()
    await drain(source, recorder, place.now + 10_000)
    rmSync(place.path(FILE))
    await drain(source, recorder, place.now + 20_000)
    expect(eventsOf(recorder, 'source.problem').map(({ data }) => data.count)).toEqual([1, 0])
  })

  it('is passed over when it only has the name', async () => {
    place.write('a/trainer_state.json', '{"global_step": 1}')
    place.write('b/trainer_state.json', '[1, 2]')
    place.write('c/trainer_state.json', '')
    place.write('d/history.json', '{"users": [{"name": "x"}]}')
    place.write('e/history.json', '{"label": ["a", "b"]}')
    place.write('f/metrics.json', '{"loss": 1, "step": 2}')
    const recorder = await place.read(createRecorder(), 10_000)
    expect([recorder.points, recorder.events]).toEqual([[], []])
  })
})

it('may hold any JSON: it is read without an exception, in rows of numbers', () => {
  const number = fc.oneof(fc.double(), fc.bigInt().map(String), fc.constantFrom('NaN', '-Infinity', '1e999'))
  const entry = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()))
  fc.assert(
    fc.property(fc.array(entry), entry, number, (list, tree, value) => {
      const text = `{"log_history": ${JSON.stringify(list)}, "history": ${JSON.stringify(tree)}, "step": ${value}}`
      for (const format of [trainerState, kerasHistory, dvcliveSummary]) {
        const { rows = [] } = format.parse(text, '/x/dvclive/metrics.json') ?? {}
        for (let i = 0; i < rows.length; i++) {
          const row = rows.at(i)!
          expect(['number', 'bigint']).toContain(typeof row.step)
          for (const [key, one] of row.values) expect([typeof key, typeof one]).toEqual(['string', 'number'])
        }
      }
    }),
  )
})

describe('the states of the Hugging Face Trainer', () => {
  it('are read as Python writes them: NaN and infinities, whole steps, numbers of any key', async () => {
    place.write(
      FILE,
      '{"epoch": 1.0, "log_history": [{"step": 1, "loss": NaN, "grad_norm": Infinity}, ' +
        '{"step": 9007199254740993, "loss": -Infinity, "learning_rate": 1e400, "note": "x"}, {"loss": 3}, 7]}',
    )
    const recorder = await place.read()
    expect(valuesOf(recorder)).toEqual([
      'loss 1 NaN',
      'grad_norm 1 Infinity',
      'loss 9007199254740993 -Infinity',
      'learning_rate 9007199254740993 Infinity',
    ])
    expect(problemsOf(recorder)).toEqual([
      'rows without a whole number as their step left out (row 3)',
      'rows that are no object left out (row 4)',
    ])
  })

  it('of one output folder are one run, in which no point is doubled, in whatever order they come', async () => {
    for (const step of [4, 10, 6, 2])
      place.write(`out/checkpoint-${step}/trainer_state.json`, state(rows(step)))
    place.write('out/checkpoint-8/trainer_state.json', state(rows(8, 7)))
    const recorder = await place.read()
    expect(runsOf(recorder)).toEqual([`${place.root.split('/').at(-1)} | out (hf-trainer)`])
    expect(losses(recorder)).toEqual(rows(10).map(({ step, loss }) => `loss ${step} ${loss}`))
    expect(restartsOf(recorder)).toEqual([])
    place.write('out/checkpoint-12/trainer_state.json', state(rows(12)))
    place.write(FILE, state([...rows(12), row(13)]))
    await place.read(recorder)
    await place.read(recorder, 90_000)
    expect(losses(recorder)).toHaveLength(13)
    expect(restartsOf(recorder)).toEqual([])
  })

  it('began anew when an early checkpoint is written long after the last one', async () => {
    place.write('out/checkpoint-6/trainer_state.json', state(rows(6)))
    place.write('out/checkpoint-8/trainer_state.json', state(rows(8)))
    place.age('out/checkpoint-6/trainer_state.json', 3_600_000)
    place.age('out/checkpoint-8/trainer_state.json', 3_600_000)
    const recorder = await place.read()
    recorder.points.length = 0
    // A copy of an old state changes nothing, a state that differs does.
    place.write('out/checkpoint-4/trainer_state.json', state(rows(4)))
    place.age('out/checkpoint-4/trainer_state.json', 1_800_000)
    await place.read(recorder)
    expect([restartsOf(recorder), losses(recorder)]).toEqual([[], []])
    place.write('out/checkpoint-2/trainer_state.json', state(rows(2, 7)))
    await place.read(recorder)
    expect(restartsOf(recorder)).toEqual(['a new history took the place of the last one'])
    expect(losses(recorder)).toEqual(['loss 1 7', 'loss 2 7'])
    await place.read(recorder, 90_000)
    expect(restartsOf(recorder)).toHaveLength(1)
  })
})

describe('a training that was resumed', () => {
  it('from an earlier checkpoint tells the rows behind it again, no others', async () => {
    const at = (step: number) => `out/checkpoint-${step}/trainer_state.json`
    for (const step of [4, 8]) {
      place.write(at(step), state(rows(step)))
      place.age(at(step), 3_600_000)
    }
    const recorder = await place.read()
    recorder.points.length = 0
    place.write(at(6), state([...rows(4), row(5, 7), row(6, 7)]))
    await place.read(recorder)
    expect(restartsOf(recorder)).toEqual(['resumed behind row 4'])
    expect(losses(recorder)).toEqual(['loss 5 7', 'loss 6 7'])
    place.write(at(8), state([...rows(4), ...[5, 6, 7, 8].map((step) => row(step, 7))]))
    await place.read(recorder, 90_000)
    expect(losses(recorder).slice(2)).toEqual(['loss 7 7', 'loss 8 7'])
    expect(restartsOf(recorder)).toHaveLength(1)
  })
})

describe('histories of Keras', () => {
  const history = (text: string) => {
    place.write('run/history.json', text)
    return place.read()
  }

  it('are lists or columns of numbers, one row an epoch', async () => {
    for (const text of [
      '{"loss": [3, 2.5], "val_loss": [null, NaN], "note": ["a", "b"]}',
      '{"loss": {"0": 3, "1": 2.5}, "val_loss": {"0": null, "1": NaN}}',
      '{"history": {"loss": [3, 2.5], "val_loss": [null, NaN]}, "params": {"epochs": 2}}',
    ])
      expect(valuesOf(await history(text))).toEqual(['loss 0 3', 'loss 1 2.5', 'val_loss 1 NaN'])
    expect(valuesOf(await history('{"epoch": [1, 2], "loss": [3, 2]}'))).toEqual(['loss 1 3', 'loss 2 2'])
  })

  it('are named after their place and grow as one', async () => {
    const recorder = await history('{"loss": [3]}')
    place.write('run/history.json', '{"loss": [3, 2]}')
    await place.read(recorder)
    expect(runsOf(recorder)).toEqual([expect.stringMatching(/ \| run \(keras\)$/)])
    expect([valuesOf(recorder), restartsOf(recorder)]).toEqual([['loss 0 3', 'loss 1 2'], []])
  })

  it('of CSVLogger are tables, also when they are called training.log', async () => {
    place.write('a/training.log', 'epoch,accuracy,loss\n0,0.5,1.5\n1,0.75,nan\n')
    place.write('b/train.log', 'epoch 1, loss 0.5\nepoch 2, loss 0.4\n')
    place.write('c/data.log', 'step,user\n1,ada\n')
    const recorder = await place.read()
    const table = eventsOf(recorder, 'run.found').filter(({ data }) => data.source === 'csv')
    expect(table.map(({ data }) => data.name)).toEqual(['training'])
    const own = recorder.points.filter(({ owner }) => owner === table[0]?.about)
    expect(own.map(({ key, step, value }) => `${key} ${step} ${value}`)).toEqual([
      'accuracy 0 0.5',
      'loss 0 1.5',
      'accuracy 1 0.75',
      'loss 1 NaN',
    ])
  })
})
