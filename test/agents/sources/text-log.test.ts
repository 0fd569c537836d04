import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SNIFF_BYTES } from '../../../agents/sources/format.ts'
import { textLog } from '../../../agents/sources/text-log.ts'
import { readPieces, readWhole } from './reading.ts'

const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('')
const points = (...lines: string[]) => readWhole(textLog, text(...lines)).points
const sniff = (name: string, content: string) =>
  textLog.sniff(Buffer.from(content).subarray(0, SNIFF_BYTES), name)

describe('the steps of printed lines', () => {
  it('are those that the lines name', () => {
    expect(points('step 10 loss 1', 'starting eval', 'val loss: 0.5', 'step 20 loss 0.9')).toEqual([
      'loss 10 1',
      'val loss 10 0.5',
      'loss 20 0.9',
    ])
  })

  it('are the epochs where nothing is told inside of them', () => {
    const lines = [
      'Epoch 1/2',
      '9/9 - 1s - loss: 2 - val_loss: 3',
      'Epoch 2/2',
      '9/9 - 1s - loss: 1 - val_loss: 2',
    ]
    expect(points(...lines)).toEqual(['loss 1 2', 'val_loss 1 3', 'loss 2 1', 'val_loss 2 2'])
    expect(points('Epoch 1', 'loss: 2', 'Epoch 2', 'loss: 1')).toEqual(['loss 1 2', 'loss 2 1'])
    expect(points('Epoch 1: train loss 2', 'Epoch 1: val loss 3')).toEqual(['train loss 1 2', 'val loss 1 3'])
  })

  it('count the batches of all epochs where lines tell of them', () => {
    const lines = [
      'Epoch 1/2',
      '1/9 [.] - loss: 3\r9/9 [=] - loss: 2 - val_loss: 3',
      'Epoch 2/2',
      '5/9 [=] - loss: 1',
    ]
    expect(points(...lines)).toEqual(['loss 1 3', 'loss 9 2', 'val_loss 9 3', 'loss 14 1'])
    const mnist = [
      'Train Epoch: 1 [0/60 (0%)]\tLoss: 3',
      'Train Epoch: 1 [32/60 (50%)]\tLoss: 2',
      'Test set: Average loss: 1',
    ]
    expect(points(...mnist, 'Train Epoch: 2 [32/60 (50%)]\tLoss: 1')).toEqual([
      'Loss 0 3',
      'Loss 32 2',
      'Average loss 32 1',
      'Loss 92 1',
    ])
    expect(points('[1, 100] loss: 3', '[1, 200] loss: 2', '[2, 100] loss: 1')).toEqual([
      'loss 100 3',
      'loss 200 2',
      'loss 300 1',
    ])
  })

  it('go on over bars that begin again, and stay where another bar is drawn', () => {
    const bar = (at: number, of: number, rest: string) =>
      `${at}%|#| ${at}/${of} [00:01<00:09, 9it/s, ${rest}]`
    expect(
      points(bar(50, 90, 'loss=3'), bar(90, 90, 'loss=2'), bar(5, 10, 'val_loss=4'), bar(50, 90, 'loss=1')),
    ).toEqual(['loss 50 3', 'loss 90 2', 'val_loss 90 4', 'loss 140 1'])
  })

  it('count lines where an epoch is a fraction, or says the same thing twice, or nothing is said', () => {
    expect(
      points("{'loss': 3, 'epoch': 0.5}", "{'loss': 2, 'epoch': 1.0}", "{'loss': 1, 'epoch': 1.5}"),
    ).toEqual(['loss 0 3', 'loss 1 2', 'loss 2 1'])
    expect(points('epoch 1 loss 3', 'epoch 1 loss 2', 'epoch 1 loss 1')).toEqual([
      'loss 1 3',
      'loss 2 2',
      'loss 3 1',
    ])
    expect(points('loss: 3', 'acc: 1', 'loss: 2')).toEqual(['loss 0 3', 'acc 0 1', 'loss 1 2'])
    expect(points('Epoch 1', 'loss: 3', 'loss: 2', 'Epoch 2', 'loss: 1')).toEqual([
      'loss 1 3',
      'loss 2 2',
      'loss 3 1',
    ])
  })

  it('stay where the last named one was, however often a thing is said', () => {
    expect(points('Epoch 24 | Loss: 2', 'cats F1: 0.5', 'dogs F1: 0.6', 'Epoch 25 | Loss: 1')).toEqual([
      'Loss 24 2',
      'F1 24 0.5',
      'F1 24 0.6',
      'Loss 25 1',
    ])
  })

  it('stay whole numbers of 64 bits, whatever a line claims', () => {
    const claims = [
      'step 9223372036854775807 loss 1',
      'loss 2',
      'step 99999999999999999999 loss 3',
      `Epoch 1 [5/${'9'.repeat(300)}] loss: 4`,
      `epoch ${'9'.repeat(300)} loss: 5`,
    ]
    for (const point of points(...claims)) expect(point).toMatch(/^loss \d{1,19} \d$/)
  })
})

describe('a log of printed lines', () => {
  it('carries the times of its lines, else that of the file', () => {
    const read = readWhole(textLog, text('2026-01-02T03:04:05Z step 1 loss 2', 'step 2 loss 1'))
    expect(read.times).toEqual([Date.UTC(2026, 0, 2, 3, 4, 5), 1000])
  })

  it('gives the settings that it prints as params', () => {
    expect(readWhole(textLog, text('Namespace(lr=0.1)', 'step 1 loss 2')).params).toEqual({ lr: '0.1' })
  })

  it('waits for the end of a line, also in a quiet file', () => {
    expect(readWhole(textLog, 'step 1 loss 2\nstep 2 loss 1', true)).toMatchObject({
      points: ['loss 1 2'],
      used: 14,
    })
  })

  it('reads two bare numbers a line as one metric, when the first line is such', () => {
    expect(points('1 8.04', '2 7.75', 'epoch 3 loss 2', '3 nan')).toEqual([
      'value 1 8.04',
      'value 2 7.75',
      'value 3 NaN',
    ])
    expect(points('step 1 loss 2', '2 7.75')).toEqual(['loss 1 2'])
  })

  it('passes over binary bytes and endless lines', () => {
    const bytes = Buffer.concat([
      Buffer.from('step 1 loss 2\n'),
      Buffer.from([0, 255, 254, 10, 0xc3, 10]),
      Buffer.alloc(2 * 1024 * 1024, 'x'),
      Buffer.from('\nstep 2 loss 1\n'),
    ])
    const read = readPieces(textLog, bytes, [1000, 1_100_000, 5])
    expect(read.points).toEqual(['loss 1 2', 'loss 2 1'])
    expect(read.problems).toEqual(['lines longer than 1 MiB left out (line 4)'])
  })

  it('gives the same points in any pieces, with a restart between any two', () => {
    const line = fc.oneof(
      fc.tuple(fc.nat(50), fc.double()).map(([step, loss]) => `step ${step} | loss ${loss}`),
      fc.tuple(fc.nat(3), fc.nat(9)).map(([epoch, at]) => `Epoch ${epoch} [${at}/9] loss: ${at}`),
      fc.nat(3).map((epoch) => `Epoch ${epoch}/3`),
      fc.constantFrom(
        '',
        'words',
        'loss: 1',
        '1/9 [.] - loss: 3\r9/9 [=] - loss: 2',
        'acc é 1',
        "{'loss': nan, 'epoch': 0.5}",
        '1 2.5',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 15 }),
        fc.array(fc.nat(30), { maxLength: 60 }),
        (rows, pieces) => {
          const bytes = Buffer.from(`${rows.join('\n')}\nhalf loss`)
          expect(readPieces(textLog, bytes, pieces)).toEqual(readWhole(textLog, bytes))
        },
      ),
    )
  })
})

describe('which printed lines are logs', () => {
  it('takes those that carry metrics', () => {
    expect(sniff('nohup.out', text('starting', 'step 1 loss 2', 'step 2 loss 1'))).toBe('log')
    expect(sniff('xgb.log', text('[0]\ttrain-rmse:0.1'))).toBe('log')
    expect(sniff('slurm-1.out', `${'loading weights\n'.repeat(50)}${'step 1 loss 2\n'.repeat(3)}`)).toBe(
      'log',
    )
    expect(sniff('a.txt', text('1 8.0', '2 7.7', '3 7.0', '4 6.1', '5 5.2'))).toBe('log')
  })

  it('waits while there is too little', () => {
    expect(sniff('nohup.out', '')).toBe('undecided')
    expect(sniff('nohup.out', text('starting', 'step 1 loss 2', 'a', 'b', 'c', 'd'))).toBe('undecided')
  })

  it('leaves logs of servers, lists of numbers and binary files alone', () => {
    const requests = '2024-01-01 00:00:00 INFO request id=5 took=3ms status=200 path=/v1/loss\n'.repeat(500)
    expect(sniff('server.log', requests)).toBe('other')
    expect(sniff('server.log', `${'GET /a HTTP/1.1 200 612\n'.repeat(900)}`)).toBe('other')
    expect(sniff('server.log', `model accuracy: 0.9\n${requests}`)).toBe('other')
    expect(sniff('labels.txt', '1 3\n2 5\n3 1\n4 4\n5 9\n'.repeat(2000))).toBe('other')
    expect(sniff('points.txt', '1 3.5\n7 5.2\n3 1.1\n4 4.0\n5 9.3\n'.repeat(2000))).toBe('other')
    expect(sniff('train.log', `step 1 loss 2\n\0`)).toBe('other')
  })
})
