// `logs`: what runs printed, all of it, its end, what matches, several merged, and on.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Unreachable } from '../../src/client/remote-link.ts'
import type { LineQuery } from '../../src/core/lines.ts'
import { type Printed, pageOf, printed } from '../helpers/lines.ts'
import { readCsv } from './csv-reader.ts'
import { kept, mlops } from './terminal.ts'
import { fleet, linkTo, NOW } from './world.ts'

const count = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`)

const lines: Printed = {
  aa01: printed(['start', 'epoch 1', 'loss is NaN', 'epoch 2', 'done'], NOW),
  aa02: printed(['boot', 'crash'], NOW - 1500, 'stderr'),
}
const parts = { ...fleet, lines }
const run = async (line: string, over = parts) =>
  mlops(['logs', ...line.split(' ').filter(Boolean)], { link: linkTo(over) })
const texts = async (line: string) => (await run(line)).out.split('\n').slice(0, -1)

describe('logs', () => {
  it.each([
    ['good', ['start', 'epoch 1', 'loss is NaN', 'epoch 2', 'done']],
    ['good --tail 2', ['epoch 2', 'done']],
    ['good --tail 0', []],
    ['good --grep EPOCH|nan', ['epoch 1', 'loss is NaN', 'epoch 2']],
    ['good --grep ^epoch --tail 1', ['epoch 2']],
    ['good --since 1s', ['epoch 2', 'done']],
    ['good --since 2026-01-05T11:59:58Z', ['loss is NaN', 'epoch 2', 'done']],
    ['good --stream stderr', []],
    ['diverged --stream stderr', ['boot', 'crash']],
    ['good -t --tail 1', ['2026-01-05T12:00:00.000Z done']],
  ])('%s is %j', async (line, expected) => {
    expect(await texts(line)).toEqual(expected)
  })

  it('of several runs are merged by time, each line with its name', async () => {
    expect(await texts('good diverged --since 4s')).toEqual([
      'good     | start',
      'good     | epoch 1',
      'diverged | boot',
      'good     | loss is NaN',
      'diverged | crash',
      'good     | epoch 2',
      'good     | done',
    ])
    expect(await texts('good diverged --tail 3')).toEqual([
      'diverged | crash',
      'good     | epoch 2',
      'good     | done',
    ])
  })

  it('have the fields that scripts rely on', async () => {
    const { out } = await run('diverged -o json')
    expect(JSON.parse(out)[1]).toEqual({
      run: 'aa02',
      name: 'diverged',
      number: 2,
      at: '2026-01-05T11:59:58.500Z',
      stream: 'stderr',
      text: 'crash',
    })
    expect((await run('good -o jsonl')).out.trimEnd().split('\n')).toHaveLength(5)
    const rows = readCsv((await run('good --tail 1 -o csv')).out)
    expect(rows).toEqual([
      ['run', 'name', 'number', 'at', 'stream', 'text'],
      ['aa01', 'good', '5', '2026-01-05T12:00:00.000Z', 'train.log', 'done'],
    ])
  })

  it('are read page after page, also where a search gives up in between', async () => {
    const long = { aa01: printed(count(1, 12_001), NOW) }
    const link = linkTo({ ...fleet, lines: long })
    link.lines = async (query: LineQuery) => pageOf(long, query, 700)
    const { out } = await mlops(['logs', 'good'], { link })
    expect(out.trimEnd().split('\n')).toEqual(count(1, 12_001))
    const found = await mlops(['logs', 'good', '--grep', ' 1[0-9]*1$', '--tail', '2'], { link })
    expect(found.out).toBe('line 11991\nline 12001\n')
  })

  it.each([
    ['nobody', 3],
    ['twin', 2],
    ['', 2],
    ['good --grep (', 2],
    ['good --since yesterday', 2],
    ['good --tail x', 2],
  ])('%j is code %i', async (line, code) => {
    expect(await run(line)).toMatchObject({ code })
  })

  it('a run that printed nothing is said so, and no failure', async () => {
    expect(await run('cc03')).toMatchObject({
      code: 0,
      out: '',
      err: 'mlops: no text output of twin is known\n',
    })
  })
})

describe('logs --follow', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function follow(...flags: string[]) {
    const link = linkTo(parts)
    const out = kept()
    const end = new AbortController()
    const done = mlops(['logs', 'good', '-f', ...flags], { link, out, signal: end.signal })
    const more = (...texts: string[]) => {
      const all = [...lines.aa01!.map(({ text }) => text), ...texts]
      link.show({ ...parts, lines: { ...lines, aa01: printed(all, NOW) } })
    }
    return { link, out, end, done, more, tick: () => vi.advanceTimersByTimeAsync(300) }
  }

  it('prints each new line once, until the signal', async () => {
    const { link, out, end, done, more, tick } = follow('--tail', '1')
    await tick()
    more('a')
    await tick()
    more('a', 'b', 'c')
    await tick()
    end.abort()
    expect((await done).code).toBe(0)
    expect(out.writes.join('')).toBe('done\na\nb\nc\n')
    expect(link.listeners()).toBe(0)
  })

  it('goes on after the hub was away', async () => {
    const { link, out, end, done, more, tick } = follow('--tail', '0', '--grep', '^[ab]')
    await tick()
    const answer = link.lines
    link.lines = () => Promise.reject(new Unreachable('the hub is gone'))
    more('a')
    await tick()
    link.lines = answer
    more('a', 'x', 'b')
    await tick()
    end.abort()
    expect((await done).code).toBe(0)
    expect(out.writes.join('')).toBe('a\nb\n')
  })
})
