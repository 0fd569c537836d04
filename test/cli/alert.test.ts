// `alert`: what is sent to the hub, and what is refused before.
import { describe, expect, it } from 'vitest'
import { toCliError } from '../../src/cli/cli-error.ts'
import { Refused } from '../../src/core/link.ts'
import { mlops } from './terminal.ts'
import { fleet, linkTo, NOW } from './world.ts'

const OFFLINE = 'host.offline:h-serve'
const ack = {
  id: OFFLINE,
  state: 'acknowledged',
  opened: 0,
  by: 'ada',
  until: null,
  note: 'hi',
  at: NOW,
} as const

async function alert(argv: string[], link = linkTo(fleet)) {
  return { ...(await mlops(['alert', ...argv], { link })), acted: link.acted }
}

describe('alert', () => {
  it('ack sends the id and the note', async () => {
    const { code, out, acted } = await alert(['ack', OFFLINE, '--note', 'on it'])
    expect([code, out]).toEqual([0, `acknowledged ${OFFLINE}\n`])
    expect(acted).toEqual([{ action: 'alert.ack', about: OFFLINE, note: 'on it' }])
  })

  it('takes the beginning of an id, when only one has it', async () => {
    expect((await alert(['ack', 'host.off'])).acted).toMatchObject([{ about: OFFLINE }])
  })

  it.each([
    [[], 2],
    [['--for', '30m'], 0.5],
    [['--for', '3d'], 72],
  ])('silence %j lasts %d hours', async (flags, hours) => {
    const { acted, out } = await alert(['silence', OFFLINE, ...flags])
    expect(acted).toMatchObject([{ action: 'alert.silence', until: NOW + hours * 3_600_000 }])
    expect(out).toContain(new Date(NOW + hours * 3_600_000).toISOString().slice(0, 10))
  })

  it('unsilence works for an alert that is gone', async () => {
    const link = linkTo({ acks: [ack] })
    expect((await alert(['unsilence', 'host'], link)).acted).toMatchObject([
      { action: 'alert.unsilence', about: OFFLINE },
    ])
  })

  it.each([
    [[], undefined, 'you'],
    [['--to', 'bob'], 'bob', 'bob'],
  ])('assign %j gives it to %s', async (argv, to, told) => {
    const { acted, out } = await alert(['assign', OFFLINE, ...argv])
    expect(acted).toEqual([{ action: 'alert.assign', about: OFFLINE, to, note: undefined }])
    expect(out).toBe(`gave ${OFFLINE} to ${told}\n`)
  })

  it.each([
    [['drop', OFFLINE], 2, 'one of ack, silence, unsilence, assign'],
    [['ack', OFFLINE, '--to', 'bob'], 2, '--to does not go with ack'],
    [['assign', OFFLINE, '--to', ' '], 2, '--to names nobody'],
    [['ack'], 2, 'needs'],
    [['silence', OFFLINE, '--for', 'ever'], 2, 'no span of time'],
    [['silence', OFFLINE, '--for', '99999w'], 2, 'up to a year'],
    [['silence', OFFLINE, '--for', '0s'], 2, 'no span of time'],
    [['ack', OFFLINE, '--for', '2h'], 2, '--for does not go with ack'],
    [['ack', 'host.offline:nowhere'], 3, 'no alert'],
    [['unsilence', OFFLINE], 3, 'no acknowledged or silenced alert'],
  ])('%j is code %d and reaches no hub', async (argv, expected, reason) => {
    const { code, err, acted } = await alert(argv)
    expect([code, acted]).toEqual([expected, []])
    expect(err).toContain(reason)
  })

  it('what the hub refuses is code 4 with its sentence', async () => {
    const link = linkTo(fleet)
    link.act = async () => {
      throw new Refused('the store is read without its hub', 'start mlops hub')
    }
    const failure = await mlops(['alert', 'ack', OFFLINE], { link }).catch(toCliError)
    expect(failure).toMatchObject({
      code: 4,
      message: 'the store is read without its hub',
      hint: 'start mlops hub',
    })
  })
})

describe('get alerts', () => {
  it('shows state, owner and note', async () => {
    const since = NOW - 60_000
    const link = linkTo({ ...fleet, acks: [{ ...ack, opened: since }] })
    const { out } = await mlops(['get', 'alerts', '--filter', 'state=acknowledged', '-o', 'json'], { link })
    expect(JSON.parse(out)).toMatchObject([{ id: OFFLINE, owner: 'ada', note: 'hi', until: null }])
  })
})
