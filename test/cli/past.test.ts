// `--at`: get and describe show a moment of the past, and say which one.
import { describe, expect, it } from 'vitest'
import type { PastMoment, World } from '../../src/core/world.ts'
import { mlops } from './terminal.ts'
import { fleet, host, linkTo, NOW, run, worldOf } from './world.ts'

const HOUR = 3_600_000

/** A hub that remembers one run, idle then, and an alert that was silenced then. */
function looking() {
  const moments: PastMoment[] = []
  const past = (moment: PastMoment): World => {
    moments.push(moment)
    const then = NOW - 2 * HOUR
    const silenced = {
      id: 'host.offline:h',
      state: 'silenced',
      opened: then,
      by: 'ada',
      note: null,
      at: then,
    } as const
    const world = worldOf({
      runs: [run('old', { status: 'idle' })],
      hosts: [host('h', { online: false, reason: 'power', since: then - 60_000 })],
      acks: [{ ...silenced, until: then + 1000 }],
    })
    return { ...world, at: then }
  }
  return { moments, link: linkTo({ ...fleet, past }) }
}

describe('get --at', () => {
  it('prints the rows of then, and a note on stderr', async () => {
    const { link, moments } = looking()
    const { code, out, err } = await mlops(['get', 'runs', '--at', '2h', '-o', 'json'], { link })
    expect([code, moments]).toEqual([0, [NOW - 2 * HOUR]])
    expect(JSON.parse(out)).toMatchObject([{ id: 'old', status: 'idle' }])
    expect(err).toBe('mlops: as it stood at 2026-01-05 10:00:00 UTC (2h ago), before the first event\n')
  })

  it('takes an ISO time', async () => {
    const { link, moments } = looking()
    await mlops(['get', 'runs', '--at', '2026-01-05T09:30:00Z'], { link })
    expect(moments).toEqual([Date.parse('2026-01-05T09:30:00Z')])
  })

  it('counts ages and silences from then', async () => {
    const { link } = looking()
    const { out } = await mlops(['get', 'alerts', '--at', '2h', '--columns', 'opened,state'], { link })
    expect(out).toMatch(/\n +1m +silenced\n/)
  })

  it.each([
    [['get', 'runs', '--at', 'yesterday'], 'is no time'],
    [['get', 'runs', '--at', '2h', '--watch'], '--at and --watch exclude each other'],
    [['describe', 'run', 'old', '--at', '1'], 'is no time'],
  ])('%j is code 2', async (argv, reason) => {
    const { link, moments } = looking()
    const { code, err } = await mlops(argv, { link })
    expect([code, moments]).toEqual([2, []])
    expect(err).toContain(reason)
  })

  it('does not go further back than time does', async () => {
    const { link, moments } = looking()
    await mlops(['get', 'runs', '--at', '99999999w'], { link })
    expect(moments).toEqual([0])
  })
})

describe('describe --at', () => {
  it('describes what was there then, and not what came later', async () => {
    const { link } = looking()
    expect(
      JSON.parse((await mlops(['describe', 'run', 'old', '--at', '2h', '-o', 'json'], { link })).out),
    ).toMatchObject({
      id: 'old',
      status: 'idle',
    })
    expect(await mlops(['describe', 'run', 'aa01', '--at', '2h'], { link })).toMatchObject({ code: 3 })
  })
})
