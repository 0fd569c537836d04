// Hostile input on the ports of hub and agent: whatever comes, the process stays up and a good peer is served.
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type Daemon, killAll, saying, startMlops } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { freePort, makePlace, type Place, readyHub } from './place.ts'
import { hello, speakTo } from './speaker.ts'
import { until } from './until.ts'

/** Bytes that are no HTTP, or abuse it. */
const GARBAGE = [
  Buffer.from([0, 255, 1, 254, 13, 10, 13, 10]),
  Buffer.from('GET /ws HTTP/1.1\r\n\r\n'),
  Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc'),
  Buffer.from(`GET / HTTP/1.1\r\nHost: localhost\r\n${'X: y\r\n'.repeat(5000)}\r\n`),
  Buffer.from('POST /healthz HTTP/1.1\r\nHost: localhost\r\ncontent-length: -5\r\n\r\n'),
  Buffer.from('GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n'),
]

/** Frames that are no message. */
const FRAMES: [string, string | Buffer, RegExp][] = [
  ['an oversized frame', 'x'.repeat((1 << 20) + 1), /^1009/],
  ['deep JSON', '['.repeat(100_000), /nested deeper/],
  ['binary', Buffer.from([0, 159, 146, 150]), /bad frame|not JSON/],
  ['no JSON', 'hello', /not JSON/],
  ['a number', '1e999', /bad frame/],
  ['an unknown type', '{"type":"rm -rf"}', /bad frame/],
  ['a poisoned prototype', '{"type":"agent.hello","__proto__":{"protocol":1}}', /bad frame/],
]

function status(
  port: number,
  headers: Record<string, string>,
  path = '/metrics',
  host = '127.0.0.1',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host, port, path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
    call.on('error', reject)
    call.end()
  })
}

function refusal(url: string, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(url, { headers })
  return new Promise((resolve) => {
    socket.on('error', (error) => resolve(error.message))
    socket.on('open', () => resolve('open'))
  })
}

/** Connects and says `bytes`; resolves with the ms after which the other side closed. */
async function shout(port: number, bytes: Buffer | undefined): Promise<number> {
  const socket: Socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.resume()
  const begun = performance.now()
  const closed = once(socket, 'close')
  if (bytes) socket.write(bytes)
  await closed
  return performance.now() - begun
}

/** A good pair: an agent that listens, a hub that dials it, and that agents dial too. */
let place: Place
let hub: Daemon
let agent: Daemon
let agentPort: number
beforeAll(async () => {
  place = await makePlace()
  agentPort = await freePort()
  agent = place.agent(0, '--listen', `127.0.0.1:${agentPort}`)
  await saying(agent, /listening on/)
  const config = join(place.folder, 'mlops.config.mjs')
  writeFileSync(config, `export default { watch: [], agents: [{ url: 'ws://127.0.0.1:${agentPort}' }] }`)
  hub = await readyHub(place, '--config', config)
  place.append(200)
  await caughtUp(place, 15_000, () => agent.said() + hub.said())
})
afterAll(async () => {
  await killAll()
  place.remove()
})

/** The session between hub and agent has gone on, undisturbed. */
async function stillGood(): Promise<void> {
  place.append(50)
  await caughtUp(place, 10_000, () => agent.said() + hub.said())
  expect([hub.running(), agent.running()]).toEqual([true, true])
  expect(await status(place.hubPort, {}, '/healthz')).toBe(200)
  expect(await status(agentPort, {}, '/healthz')).toBe(200)
}

describe.each(['hub', 'agent'] as const)('the port of the %s', { concurrent: true }, (side) => {
  const port = () => (side === 'hub' ? place.hubPort : agentPort)

  test('survives bytes that are no request', async () => {
    const closed = await Promise.all(GARBAGE.map((bytes) => shout(port(), bytes)))
    for (const ms of closed) expect(ms).toBeLessThan(8000)
    await stillGood()
  })

  test('ends a session on a frame that is no message, in words', async () => {
    await Promise.all(
      FRAMES.map(async ([name, frame, reason]) => {
        const speaker = await speakTo(port())
        speaker.say(frame)
        expect(await speaker.ended, name).toMatch(reason)
      }),
    )
    await stillGood()
  })

  test('closes what never speaks, TCP or WebSocket, within 5 s and a margin', async () => {
    const begun = performance.now()
    const speaker = await speakTo(port())
    const trickle = connect({ port: port(), host: '127.0.0.1' })
    trickle.on('error', () => {})
    trickle.resume()
    trickle.write('GET / HTTP/1.1\r\n')
    const timer = setInterval(() => trickle.write('X: y\r\n'), 500)
    await Promise.all([shout(port(), undefined), speaker.ended, once(trickle, 'close')])
    clearInterval(timer)
    expect(performance.now() - begun).toBeLessThan(8000)
    await stillGood()
  })

  test('refuses what a web page could send: foreign Origin, foreign Host', async () => {
    const url = `ws://127.0.0.1:${port()}/ws`
    expect(await refusal(url, { origin: 'http://evil.example' })).toMatch(/403/)
    expect(await refusal(url, { host: 'evil.example' })).toMatch(/403/)
    expect(await status(port(), { host: 'evil.example' })).toBe(403)
    expect(await status(port(), {})).toBe(200)
  })

  test('serves its peer while 1000 connections say nothing, and closes them', {
    timeout: 30_000,
  }, async () => {
    const mute = Array.from({ length: 1000 }, () => connect({ port: port(), host: '127.0.0.1' }))
    let open = mute.length
    for (const socket of mute) {
      socket.on('error', () => {})
      socket.on('close', () => open--)
      socket.resume()
    }
    await stillGood()
    await until(
      'all are closed',
      15_000,
      () => open === 0,
      () => open,
    )
    const sockets = await Promise.all(Array.from({ length: 200 }, () => speakTo(port())))
    await stillGood()
    for (const socket of sockets) socket.close()
  })
})

describe('after all of it', () => {
  test('every point is stored once', async () => {
    await stillGood()
    expect(judge(place).faults).toEqual([])
    expect(agent.said()).not.toMatch(/replaced/)
  })
})

describe('the hub', () => {
  test('keeps a good agent while others send batches that are not valid', async () => {
    const speaker = await speakTo(place.hubPort)
    speaker.say(hello('bad'))
    await until('welcome', 5000, () => speaker.heard.length > 0)
    speaker.say('{"type":"batch","seq":1,"at":1,"events":[],"points":{"series":[["r","k"]],"counts":[1e9]}}')
    expect(await speaker.ended).toMatch(/bad frame/)
    expect(speaker.heard.at(-1)).toMatchObject({ type: 'rejected', after: 0 })
    await stillGood()
  })
})

describe('a listener for other machines', () => {
  const token = 'correct-horse-battery-staple'
  const file = (mode: number) => {
    const path = join(place.folder, `token-${mode.toString(8)}`)
    writeFileSync(path, `${token}\n`)
    chmodSync(path, mode)
    return path
  }

  test.each(['hub', 'agent'])(
    'of the %s is refused without a token file, or with one that others can read',
    async (verb) => {
      const state = join(place.folder, `${verb}-refused`)
      const words = [verb, '--listen', '0.0.0.0:0', '--state', state]
      for (const [extra, reason] of [
        [[], /needs a token/],
        [['--token-file', file(0o644)], /readable by others/],
      ] as const) {
        const daemon = startMlops([...words, ...extra])
        expect(await daemon.ended()).not.toBe(0)
        expect(daemon.said()).toMatch(reason)
      }
    },
  )

  test.each(['hub', 'agent'])(
    'of the %s asks for the token: 401 without, 401 with another, else open',
    async (verb) => {
      const port = await freePort()
      const state = join(place.folder, `${verb}-token`)
      const words = [verb, '--listen', `0.0.0.0:${port}`, '--state', state, '--token-file', file(0o600)]
      const daemon = startMlops(words)
      await saying(daemon, /listening on/)
      const url = `ws://127.0.0.1:${port}/ws`
      expect(await refusal(url, {})).toMatch(/401/)
      expect(await refusal(url, { authorization: 'Bearer wrong' })).toMatch(/401/)
      expect(await refusal(url, { authorization: `Bearer ${token}` })).toBe('open')
      expect(await status(port, {})).toBe(401)
      expect(daemon.said()).not.toContain(token)
      await daemon.kill()
    },
  )
})
