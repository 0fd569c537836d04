// `events`: the log, from where it is asked for, and on.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Unreachable } from '../../src/client/remote-link.ts'
import { readCsv } from './csv-reader.ts'
import { json, kept, mlops } from './terminal.ts'
import { event, fleet, linkTo, NOW } from './world.ts'

type Events = { seq: number; at: string; type: string; about: string; by: string; data: unknown }[]
const seqs = async (line: string) =>
  (await json<Events>('events', ...line.split(' ').filter(Boolean))).map(({ seq }) => seq)

describe('events', () => {
  it('have the fields that scripts rely on', async () => {
    expect(await json<Events>('events', '--limit', '1')).toEqual([
      {
        seq: 12,
        at: '2026-01-05T11:50:12.000Z',
        type: 'run.status',
        about: 'aa01',
        by: 'agent:h-train',
        data: { status: 'running' },
      },
    ])
  })

  it.each([
    ['', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['--limit 2', [11, 12]],
    ['--limit 0', []],
    ['--since 9', [10, 11, 12]],
    ['--since 0 --limit 2', [1, 2]],
    ['--since 99', []],
    ['--since 2026-01-05T11:50:11Z', [11, 12]],
    ['--since 590s', [10, 11, 12]],
    ['--about good --limit 2', [10, 12]],
    ['--about bb --since 8', [9, 11]],
    ['--about long-gone', []],
  ])('%s are %j', async (line, expected) => {
    expect(await seqs(line)).toEqual(expected)
  })

  it('an ambiguous --about is code 2', async () => {
    expect(await mlops(['events', '--about', 'twin'])).toMatchObject({ code: 2 })
  })

  it('reads page after page of a long log', async () => {
    const link = linkTo({ events: Array.from({ length: 12_001 }, (_, i) => event(i + 1)) })
    const { out } = await mlops(['events', '--since', '0', '-o', 'jsonl'], { link })
    expect(out.trimEnd().split('\n')).toHaveLength(12_001)
  })

  it('csv keeps data as JSON, so that all types have the same columns', async () => {
    const rows = readCsv((await mlops(['events', '--limit', '2', '-o', 'csv'])).out)
    expect(rows[0]).toEqual(['seq', 'at', 'type', 'about', 'by', 'data'])
    expect(JSON.parse(rows[1]![5]!)).toEqual({ status: 'running' })
  })

  it('a table shows the data as words', async () => {
    const { out } = await mlops(['events', '--limit', '1'])
    expect(out).toMatch(/^SEQ +AT.*\n 12 {2}2026-01-05T11:50:12\.000Z {2}run\.status.*status=running\n$/)
  })
})

describe('events --follow', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function follow(...flags: string[]) {
    const link = linkTo(fleet)
    const out = kept()
    const end = new AbortController()
    const done = mlops(['events', '--follow', ...flags], { link, out, signal: end.signal })
    const more = (...seqs: number[]) =>
      link.show({ ...fleet, events: [...(fleet.events ?? []), ...seqs.map((seq) => event(seq))] })
    return { link, out, end, done, more, tick: () => vi.advanceTimersByTimeAsync(300) }
  }

  it('prints each new event once, a line each, until the signal', async () => {
    const { link, out, end, done, more, tick } = follow('--limit', '1', '-o', 'json')
    await tick()
    more(13)
    await tick()
    more(13, 14, 15)
    await tick()
    link.show({ ...fleet, events: [...fleet.events!, event(13), event(14), event(15)] })
    await tick()
    end.abort()
    expect((await done).code).toBe(0)
    const printed = out.writes.join('').trimEnd().split('\n')
    expect(printed.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([12, 13, 14, 15])
    expect(link.listeners()).toBe(0)
  })

  it('keeps to --about and prints one header', async () => {
    const { out, end, done, more, tick } = follow('--about', 'bb02', '--limit', '1', '-o', 'csv')
    await tick()
    more(13, 14, 15)
    await tick()
    end.abort()
    await done
    const rows = readCsv(out.writes.join(''))
    expect(rows.map(([seq]) => seq)).toEqual(['seq', '11', '13', '15'])
  })

  it('goes on after the hub was away', async () => {
    const { link, out, end, done, more, tick } = follow('--limit', '0', '-o', 'jsonl')
    await tick()
    const answer = link.events
    link.events = () => Promise.reject(new Unreachable('the hub is gone'))
    more(13)
    await tick()
    link.events = answer
    more(13, 14)
    await tick()
    end.abort()
    expect((await done).code).toBe(0)
    expect(out.writes.join('').match(/"seq":\d+/g)).toEqual(['"seq":13', '"seq":14'])
  })
})
