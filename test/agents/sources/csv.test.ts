import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv } from '../../../agents/sources/csv.ts'
import { readPieces, readWhole } from './reading.ts'

const points = (text: string, quiet = false) => readWhole(csv, text, quiet).points
const sniff = (name: string, text: string) => csv.sniff(Buffer.from(text), name)

describe('tables of metrics', () => {
  it('takes step before epoch before other step-like columns, else counts the rows', () => {
    expect(points('epoch,step,loss\n1,40,0.5\n')).toEqual(['epoch 40 1', 'loss 40 0.5'])
    expect(points('Epoch,loss\n1,0.5\n')).toEqual(['loss 1 0.5'])
    expect(points('iter\tRMSE\n7\t0.5\n')).toEqual(['RMSE 7 0.5'])
    expect(points('loss,acc\n1,2\n3,4\n')).toEqual(['loss 0 1', 'acc 0 2', 'loss 1 3', 'acc 1 4'])
  })

  it('counts rows when an epoch turns out to be a fraction', () => {
    expect(points('epoch,loss\n0,3\n0.5,2\n1,1\n')).toEqual([
      'loss 0 3',
      'epoch 1 0.5',
      'loss 1 2',
      'epoch 2 1',
      'loss 2 1',
    ])
  })

  it('reads numbers as Python writes them and takes nothing else for one', () => {
    const cells = ['NaN', 'inf', '-Infinity', '1e400', '.5', '5.', '+2', ' 3 ']
    expect(points(`step,v\n${cells.map((cell, i) => `${i},${cell}\n`).join('')}`)).toEqual([
      'v 0 NaN',
      'v 1 Infinity',
      'v 2 -Infinity',
      'v 3 Infinity',
      'v 4 0.5',
      'v 5 5',
      'v 6 2',
      'v 7 3',
    ])
    const texts = ['0x10', '1_000', '"1,5"', '١٢', '½', '', 'None', '1 2', '--1']
    expect(points(`step,v\n${texts.map((cell, i) => `${i},${cell}\n`).join('')}`)).toEqual([])
  })

  it('keeps steps exact and refuses those that are none', () => {
    const read = readWhole(
      csv,
      'step,v\n9007199254740993,1\n1e3,2\n7.5,3\n,4\nabc,5\n99999999999999999999999,6\n-1,7\n',
    )
    expect(read.points).toEqual(['v 9007199254740993 1', 'v 1000 2', 'v -1 7'])
    expect(read.problems.map((problem) => problem.match(/line \d+/)?.[0])).toEqual([
      'line 4',
      'line 5',
      'line 6',
      'line 7',
    ])
  })

  it('keeps columns of the same name apart, and trims names', () => {
    expect(points('step,  loss , loss,LOSS\n1,2,3,4\n')).toEqual(['loss 1 2', 'loss#2 1 3', 'LOSS 1 4'])
  })

  it('reads a byte order mark, CRLF, semicolons and a delimiter at the end of rows', () => {
    expect(points('\ufeffstep,loss\r\n1,0.5\r\n')).toEqual(['loss 1 0.5'])
    expect(points('step;loss;acc\n1;0,5;1\n')).toEqual(['acc 1 1'])
    expect(points('step,loss\n1,0.5,\n')).toEqual(['loss 1 0.5'])
  })

  it('counts short, long and NUL lines, and a header that comes again', () => {
    const read = readWhole(csv, 'step,loss\n1,1\n2\n3,1,9\nstep,loss\n\0\0\0\n4,2\nloss,step\n8,5\n')
    expect(read.points).toEqual(['loss 1 1', 'loss 4 2', 'loss 5 8'])
    expect(read.problems).toEqual([
      'rows with a wrong number of columns left out (line 3)',
      'rows with a wrong number of columns left out (line 4)',
      'the header comes again: the writer began anew (line 5)',
      'lines with NUL bytes left out (line 6)',
      'the header comes again: the writer began anew (line 8)',
    ])
  })

  it('reads quoted cells with newlines and quotes in them', () => {
    const text = 'step,note,loss\n0,"a\nb, ""q""",1\n1,say "x",2\n2,"",3\n'
    expect(points(text)).toEqual(['loss 0 1', 'loss 1 2', 'loss 2 3'])
  })

  it('goes on behind a quote that never ends', () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${i + 1},x,1\n`).join('')
    const read = readWhole(csv, `step,note,loss\n0,"open,1\n${rows}`)
    expect(read.points).toHaveLength(200)
    expect(read.problems).toHaveLength(1)
  })

  it('leaves out a line above 1 MiB and reads the rows behind it', () => {
    const text = `step,blob,loss\n0,"${'A'.repeat(3_000_000)}",1\n1,b,0.5\n`
    const whole = readWhole(csv, text)
    expect(whole).toMatchObject({
      points: ['loss 1 0.5'],
      problems: ['lines longer than 1 MiB left out (line 2)'],
    })
    expect(readPieces(csv, Buffer.from(text), [1_200_000, 1_000_000])).toEqual(whole)
  })

  it('takes times of rows from a time column, else from the file', () => {
    const times = (header: string, cell: string) =>
      readWhole(csv, `step,${header},v\n1,${cell},1\n`).times.at(-1)
    expect(times('timestamp', '2024-03-10T01:30:00Z')).toBe(Date.UTC(2024, 2, 10, 1, 30))
    expect(times('wall_time', '1710054000.5')).toBe(1710054000500)
    expect(times('Time', '1710054000123')).toBe(1710054000123)
    expect(times('time', '12.5')).toBe(1000)
    expect(times('date', 'yesterday')).toBe(1000)
  })

  it('names UTF-16 once, and stops', () => {
    const text = Buffer.from('\ufeffstep,loss\n1,2\n', 'utf16le')
    expect(csv.sniff(text, 'x.csv')).toBe('log')
    expect(readPieces(csv, text, [10, 5])).toMatchObject({
      points: [],
      stopped: true,
      problems: [expect.stringMatching(/UTF-16/)],
    })
  })

  it('gives the same points in any pieces, with a restart between any two', () => {
    const cell = fc.constantFrom('1', '0.5', 'nan', '', 'text', '"a,b"', '"two\nlines"', '"q""q"', 'é')
    const line = fc.oneof(
      fc.tuple(fc.nat(99), cell, cell).map((cells) => cells.join(',')),
      fc.constantFrom('', 'step,a,b', '1,2', '7.5,1,1', '\0'),
    )
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 15 }),
        fc.array(fc.nat(20), { maxLength: 60 }),
        fc.boolean(),
        (lines, pieces, crlf) => {
          const bytes = Buffer.from(['step,a,b', ...lines, '5,6'].join(crlf ? '\r\n' : '\n'))
          expect(readPieces(csv, bytes, pieces)).toEqual(readWhole(csv, bytes))
        },
      ),
    )
  })
})

describe('the last line without a newline', () => {
  it('waits while the file may grow', () => {
    expect(points('step,loss\n1,1\n2,0.2')).toEqual(['loss 1 1'])
  })

  it('is read once when the file is quiet, and not again when its newline comes', () => {
    const first = 'step,loss\n1,1\n2,0.25'
    expect(points(first, true)).toEqual(['loss 1 1', 'loss 2 0.25'])
    expect(quietThen(first, '\n3,3\n')).toEqual(['loss 1 1', 'loss 2 0.25', 'loss 3 3'])
    expect(quietThen(first, '\n3,0.50\n')).toEqual(['loss 1 1', 'loss 2 0.25', 'loss 3 0.5'])
    expect(quietThen(first, '\r\n3,3\r\n')).toEqual(['loss 1 1', 'loss 2 0.25', 'loss 3 3'])
  })

  it('is read again whole when it turns out to have been cut', () => {
    expect(quietThen('step,loss\n1,0.2', '5\n')).toEqual(['loss 1 0.2', 'loss 1 0.25'])
  })

  it('waits when it lacks a column or ends where a buffer ends', () => {
    expect(points('step,loss,acc\n1,0.5', true)).toEqual([])
    expect(points('step,loss\n1,', true)).toEqual([])
    const cut = `step,loss\n${'1,1\n'.repeat(1021)}`
    expect(points(`${cut}2,`.padEnd(4096, '3'), true)).toHaveLength(1021)
  })
})

function quietThen(first: string, rest: string): string[] {
  const out: string[] = []
  const context = (offset: number, quiet: boolean) => ({
    offset,
    quiet,
    mtime: 0,
    sink: {
      point: (key: string, step: number | bigint, _: number, value: number) =>
        void out.push(`${key} ${step} ${value}`),
      params: () => {},
      tags: () => {},
      began: () => {},
      ended: () => {},
      problem: () => {},
      full: () => false,
    },
  })
  const reader = csv.open(undefined)
  const used = reader.read(Buffer.from(first), context(0, true))
  csv.open(reader.save()).read(Buffer.from(first + rest).subarray(used), context(used, false))
  return out
}

describe('which tables are logs', () => {
  it('takes tables with a step column, and logs by their name', () => {
    expect(sniff('any.csv', 'step,loss\n')).toBe('log')
    expect(sniff('any.tsv', '# comment\niter\tRMSE\n')).toBe('log')
    expect(sniff('history.csv', 'loss,val_loss\n1,2\n')).toBe('log')
    expect(sniff('metrics.csv', '')).toBe('log')
  })

  it('leaves tables of data alone', () => {
    expect(sniff('train.csv', 'PassengerId,Survived\n1,0\n')).toBe('other')
    expect(sniff('results.csv', 'model,verdict\nresnet,good\n')).toBe('other')
    expect(sniff('any.csv', 'step,lo')).toBe('undecided')
    expect(sniff('any.csv', '')).toBe('undecided')
    expect(sniff('any.csv', 'x'.repeat(20_000))).toBe('other')
  })
})
