// `series`: points in the shape that scripts rely on, raw or thinned.
import { describe, expect, it } from 'vitest'
import { readCsv } from './csv-reader.ts'
import { json, mlops } from './terminal.ts'
import { fleet, linkTo, NOW } from './world.ts'

type Series = { run: string; host?: string; key: string; points: [number, string, number | string][] }[]
const read = (line: string) => json<Series>('series', ...line.split(' '))

describe('series -o json', () => {
  it('is [{run, key, points: [[step, time, value]]}]', async () => {
    expect(await read('diverged loss')).toEqual([
      {
        run: 'aa02',
        key: 'loss',
        points: [
          [0, '2026-01-05T11:59:59.997Z', 2],
          [1, '2026-01-05T11:59:59.998Z', 'Infinity'],
          [2, '2026-01-05T11:59:59.999Z', '-Infinity'],
          [3, '2026-01-05T12:00:00.000Z', 'NaN'],
        ],
      },
    ])
  })

  it('names the host beside run for a host', async () => {
    const [found] = await read('gpu-1 gpu.*')
    expect(found).toMatchObject({ run: 'h-train', host: 'h-train', key: 'gpu.0.utilization' })
  })

  it('writes steps beyond 2^53 and -0 in full', async () => {
    const { out } = await mlops(['series', 'aa01', 'tokens', '-o', 'json'])
    expect(out).toContain('[[9007199254740993,"2026-01-05T12:00:00.000Z",1],[9223372036854775807,')
    expect(out).toContain(',-0.0]]}')
  })

  it.each([
    ['aa01 val/*', ['val/loss', 'val/acc']],
    ['aa01 *loss', ['loss', 'val/loss']],
    ['aa01 loss val/* *', ['loss', 'val/loss', 'val/acc', 'tokens']],
    ['aa01 v*l*c*', ['val/acc']],
  ])('%s finds the keys %j, each once', async (line, keys) => {
    expect((await read(line)).map(({ key }) => key)).toEqual(keys)
  })

  it('a key with a star of its own is found by its name', async () => {
    const link = linkTo({ ...fleet, points: { aa01: { 'a*': [[0, NOW, 1]], ab: [[0, NOW, 1]] } } })
    const { out } = await mlops(['series', 'aa01', 'a*', '-o', 'jsonl'], { link })
    expect(out.trimEnd().split('\n')).toHaveLength(1)
  })

  it.each([
    ['series nobody loss', 'no run or host "nobody"'],
    ['series good lss', 'run good has no series "lss"\n  hint: did you mean loss'],
    ['series good x*', 'run good has no series "x*"\n  hint: it has loss, val/loss'],
    ['series cc03 loss', 'run twin has no series "loss"\n  hint: it has no series yet'],
    ['series good loss LOSS', 'run good has no series "LOSS"\n  hint: did you mean loss'],
  ])('%s is code 3', async (line, message) => {
    const { code, err } = await mlops(line.split(' '))
    expect([code, err]).toEqual([3, expect.stringContaining(`mlops: ${message}`)])
  })
})

describe('series thins', () => {
  it('to at most as many points as asked for, with both ends', async () => {
    for (const points of [7, 100, 500]) {
      const [found] = await read(`good loss --points ${points}`)
      expect(found!.points.length).toBeLessThanOrEqual(points)
      expect([found!.points[0]![0], found!.points.at(-1)![0]]).toEqual([0, 999])
    }
  })

  it('to 500 points by default, and not at all when there are fewer', async () => {
    expect((await read('good loss'))[0]!.points.length).toBeLessThanOrEqual(500)
    expect((await read('good loss --points 1000'))[0]!.points).toHaveLength(1000)
  })

  it('not with --points 0', async () => {
    expect((await read('good loss --points 0'))[0]!.points).toHaveLength(1000)
  })

  it.each([
    ['--from 998', [998, 999]],
    ['--to 1', [0, 1]],
    ['--from 5 --to 6', [5, 6]],
    ['--x relative --to 2s', [0, 1, 2]],
    ['--x time --from 2026-01-05T11:59:58Z', [998, 999]],
    ['--x time --from 2s', [998, 999]],
    ['--from 7 --to 6', []],
  ])('%s gives the steps %j', async (range, steps) => {
    const [found] = await read(`good loss --points 0 ${range}`)
    expect(found!.points.map(([step]) => step)).toEqual(steps)
  })
})

describe('series in other forms', () => {
  it('csv is a point a line', async () => {
    const { out } = await mlops(['series', 'diverged', 'loss', '-o', 'csv'])
    const [header, ...rows] = readCsv(out)
    expect(header).toEqual(['run', 'key', 'step', 'time', 'value'])
    expect(rows.map((row) => row[4])).toEqual(['2', 'Infinity', '-Infinity', 'NaN'])
  })

  it('jsonl is a series a line', async () => {
    const { out } = await mlops(['series', 'good', 'val/*', '-o', 'jsonl'])
    expect(out.split('\n').map((line) => line && (JSON.parse(line) as Series[0]).key)).toEqual([
      'val/loss',
      'val/acc',
      '',
    ])
  })

  it('a table is a point a line', async () => {
    const { out } = await mlops(['series', 'good', 'val/acc'])
    expect(out.trimEnd().split('\n')).toHaveLength(4)
    expect(out).toContain('good   val/acc     1  2026-01-05T11:43:21.000Z    0.1')
  })
})
