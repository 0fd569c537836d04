// Text output from an agent's batch to a console's screen: stored once, told of, asked for, refused by name.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { linkToStore } from '../../src/app/store-link.ts'
import { RemoteLink } from '../../src/client/remote-link.ts'
import type { HubLink } from '../../src/core/link.ts'
import { admit } from '../../src/hub/server.ts'
import { PROTOCOL } from '../../src/protocol/agent-answers.ts'
import { memoryChannels } from '../../src/protocol/channel.ts'
import { makePair, type Pair } from '../helpers/pair.ts'

let pair: Pair
const links: HubLink[] = []
beforeEach(() => {
  pair = makePair()
})
afterEach(() => {
  for (const link of links.splice(0)) link.close()
  pair.close()
})

async function remote(): Promise<RemoteLink> {
  const connect = async () => {
    const [mine, theirs] = memoryChannels()
    admit(pair.hub, theirs, 'test')
    return mine
  }
  const link = new RemoteLink({ connect, where: 'a test', version: 'test' })
  await link.open()
  links.push(link)
  return link
}

/** An agent by hand, that sends frames. */
function agent() {
  const [mine, theirs] = memoryChannels()
  const came: { type: string; reason?: string }[] = []
  pair.hub.serveAgent(theirs)
  mine.receive(
    (frame) => came.push(JSON.parse(frame)),
    () => {},
  )
  const hello = { agent: 'h', epoch: 'e', instance: 'i', name: 'h', role: 'training', version: '1' }
  mine.send(JSON.stringify({ type: 'agent.hello', protocol: PROTOCOL, ...hello, first: 1, next: 1 }))
  const points = { series: [['r', 'loss']], counts: [1], steps: [1], times: [1], values: [1] }
  return {
    came,
    send: (seq: number, lines: unknown) =>
      mine.send(JSON.stringify({ type: 'batch', seq, at: 1, events: [], points, lines })),
  }
}
const saw = (came: readonly { type: string }[], type: string) =>
  expect.poll(() => came.some((message) => message.type === type)).toBe(true)
const group = (...text: string[]) => ({ owner: 'r', stream: 'out', at: text.map(() => 5), text })

const linkBy = async (way: string): Promise<HubLink> => {
  if (way === 'over the wire') return remote()
  return way === 'in the process' ? pair.hub.link() : linkToStore(pair.store, 'a file')
}

describe.each(['over the wire', 'in the process', 'of a file'])('lines %s', (way) => {
  test('are answered, with how many there are', async () => {
    const { came, send } = agent()
    await saw(came, 'welcome')
    send(1, [group('one', 'two', '\u001b[31mred')])
    await saw(came, 'ack')
    const link = await linkBy(way)
    expect(link.world().lines?.get('r')).toEqual({ first: 1, next: 4 })
    const page = await link.lines({ owner: 'r', limit: 2 })
    expect(page).toMatchObject({ first: 1, next: 4, start: 1, reached: 2, more: true })
    expect(page.lines).toEqual([
      { number: 2, at: 5, stream: 'out', text: 'two' },
      { number: 3, at: 5, stream: 'out', text: '\u241b[31mred' },
    ])
    await expect(link.lines({ owner: 'r', limit: 2, holds: { text: '[', regex: true } })).rejects.toThrow(
      /pattern/,
    )
  })
})

test('a console is told of new lines, a batch that comes again adds none, and a restart keeps them', async () => {
  const { came, send } = agent()
  await saw(came, 'welcome')
  const link = await remote()
  expect(link.world().lines?.get('r')).toBeUndefined()
  send(1, [group('one')])
  send(1, [group('one')])
  send(2, [group('two')])
  await expect.poll(() => link.world().lines?.get('r')).toEqual({ first: 1, next: 3 })
  pair.restartHub()
  expect(pair.store.lines({ owner: 'r', limit: 9 }).lines.map(({ text }) => text)).toEqual(['one', 'two'])
})

test('lines that are none are refused by name', async () => {
  const { came, send } = agent()
  await saw(came, 'welcome')
  send(1, [{ ...group('one'), at: ['now'] }])
  await saw(came, 'rejected')
  expect(came.find(({ type }) => type === 'rejected')?.reason).toContain('lines[0].at[0]')
  expect(pair.store.lineIndex.size).toBe(0)
})
