// `since`: what changed, in each form, from a time or a sequence number.
import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/events.ts'
import type { PastMoment, World } from '../../src/core/world.ts'
import { readCsv } from './csv-reader.ts'
import { mlops } from './terminal.ts'
import { linkTo, NOW, run, worldOf } from './world.ts'

const status = (seq: number, about: string, word: string) =>
  ({ seq, at: NOW - 60_000, type: 'run.status', about, by: 'agent:h', data: { status: word } }) as LogEvent

/** Run a finished and run b started since event 2. */
function changing() {
  const moments: PastMoment[] = []
  const past = (moment: PastMoment): World => {
    moments.push(moment)
    const world = worldOf({ runs: [run('a')], events: [status(1, 'a', 'idle'), status(2, 'a', 'running')] })
    return { ...world, at: NOW - 3_600_000 }
  }
  const link = linkTo({
    runs: [run('a', { status: 'finished', ended: NOW - 60_000 }), run('b', { started: NOW - 120_000 })],
    events: [
      status(1, 'a', 'idle'),
      status(2, 'a', 'running'),
      status(3, 'b', 'running'),
      status(4, 'a', 'finished'),
    ],
    past,
  })
  return { link, moments }
}

describe('since', () => {
  it('prints a sentence a line, the worst first, and a note of what it covers', async () => {
    const { link, moments } = changing()
    const { code, out, err } = await mlops(['since', '1h'], { link })
    expect([code, moments]).toEqual([0, [NOW - 3_600_000]])
    expect(out).toBe('AGO  WHAT\n 1m  run a finished after 59m\n 2m  run b started\n')
    expect(err).toBe('mlops: since 2026-01-05 11:00:00 UTC, event 2: 2 events\n')
  })

  it('takes a sequence number', async () => {
    const { link, moments } = changing()
    expect((await mlops(['since', '2'], { link })).code).toBe(0)
    expect(moments).toEqual([{ seq: 2 }])
  })

  it('has the fields that scripts rely on', async () => {
    const { out } = await mlops(['since', '1h', '-o', 'json'], { link: changing().link })
    expect(JSON.parse(out)).toEqual([
      {
        time: '2026-01-05T11:59:00.000Z',
        kind: 'run.finished',
        about: 'a',
        text: 'run a finished after 59m',
      },
      { time: '2026-01-05T11:58:00.000Z', kind: 'run.started', about: 'b', text: 'run b started' },
    ])
    const { out: csv } = await mlops(['since', '1h', '-o', 'csv'], { link: changing().link })
    expect(readCsv(csv)[0]).toEqual(['time', 'kind', 'about', 'text'])
  })

  it('says when nothing changed', async () => {
    const link = linkTo({ runs: [run('a')], past: () => worldOf({ runs: [run('a')] }) })
    expect((await mlops(['since', '1h'], { link })).out).toBe('nothing changed\n')
    expect((await mlops(['since', '1h', '-o', 'json'], { link })).out).toBe('[]\n')
  })

  it.each([
    [['since'], 'needs'],
    [['since', 'never'], 'is no sequence number and no time'],
    [['since', '5'], 'the log ends at event 4'],
  ])('%j is code 2', async (argv, reason) => {
    const { code, out, err } = await mlops(argv, { link: changing().link })
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(reason)
  })
})
