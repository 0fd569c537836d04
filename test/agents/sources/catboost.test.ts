import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catboost } from '../../../agents/sources/catboost.ts'
import { createPlace, eventsOf, type Place, paramsOf, problemsOf, runsOf, valuesOf } from './place.ts'
import { readPieces, readWhole } from './reading.ts'

let place: Place
beforeEach(() => {
  place = createPlace()
})
afterEach(() => place.remove())

const META =
  '"meta":{"test_sets":["test"],"test_metrics":[],"launch_mode":"Train","parameters":"","iteration_count":100},'
const head = `{\n${META}\n"iterations":[\n`

describe('the folder of CatBoost', () => {
  it('is one run: its tables by their names, its settings as params', async () => {
    place.write('m/catboost_info/learn_error.tsv', 'iter\tRMSE\n0\t0.9\n1\t0.8\n')
    place.write('m/catboost_info/test_error.tsv', 'iter\tRMSE\n0\t1.9\n')
    place.write('m/catboost_info/time_left.tsv', 'iter\tPassed\tRemaining\n0\t54\t5365\n')
    place.write('m/catboost_info/catboost_training.json', `${head}{"learn":[0.9],"iteration":0}\n]}`)
    const recorder = await place.read()
    expect(runsOf(recorder)).toEqual(['m | catboost_info (catboost)'])
    expect(valuesOf(recorder).sort()).toEqual([
      'learn/RMSE 0 0.9',
      'learn/RMSE 1 0.8',
      'test/RMSE 0 1.9',
      'time/Passed 0 54',
      'time/Remaining 0 5365',
    ])
    expect(paramsOf(recorder)).toEqual({ test_sets: '[test]', launch_mode: 'Train', iteration_count: '100' })
  })

  it('does not begin anew when the last bytes of its JSON file are written over', async () => {
    place.write('catboost_info/catboost_training.json', `${head}{"learn":[0.9],"iteration":0}\n]}`)
    const recorder = await place.read()
    place.write(
      'catboost_info/catboost_training.json',
      `${head}{"learn":[0.9],"iteration":0},\n{"iteration":1}\n]}`,
    )
    await place.read(recorder, 1000)
    expect(eventsOf(recorder, 'run.restarted')).toEqual([])
    expect(eventsOf(recorder, 'run.params')).toHaveLength(1)
    expect(problemsOf(recorder)).toEqual([])
  })

  it('is read in any pieces, with a restart between them', () => {
    const read = (pieces: number[]) =>
      readPieces(catboost, Buffer.from('iter\tRMSE\n0\t0.9\n1\tnan\n'), pieces, false, '/c/learn_error.tsv')
    expect(read([]).points).toEqual(['learn/RMSE 0 0.9', 'learn/RMSE 1 NaN'])
    expect(read([3, 9, 2, 1])).toEqual(read([]))
    const params = (pieces: number[]) =>
      readPieces(catboost, Buffer.from(head), pieces, false, '/c/catboost_training.json').params
    expect(params([5, 40, 3])).toEqual(params([]))
  })

  it('says when its settings are damaged, and is none where a JSON file of the name is another', () => {
    const broken = readPieces(catboost, Buffer.from('"meta":{"a":\n'), [], false, '/c/catboost_training.json')
    expect(broken).toMatchObject({ problems: ['its meta is not read'], stopped: true })
    expect(catboost.sniff(Buffer.alloc(5000, 'x'), 'catboost_training.json')).toBe('other')
    expect(catboost.sniff(Buffer.from('{'), 'catboost_training.json')).toBe('undecided')
    expect(readWhole(catboost, 'iter\tRMSE\n0\t1\n').points).toEqual(['RMSE 0 1'])
  })
})
