import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { addressIn, findClient, socketIn } from '../../../agents/tracking/client-process.ts'
import { identify, look, parseStat } from '../../../agents/tracking/process-identity.ts'

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const row = (from: string, to: string, inode: number) =>
  `   0: ${from} ${to} 01 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000 20 4 30 10 -1`
const HERE = '0100007F'
const peer = {
  remoteAddress: '127.0.0.1',
  remotePort: 0xc350,
  localAddress: '127.0.0.1',
  localPort: 0x1d07,
}

describe('the table of connections', () => {
  test.each([
    [HERE, '127.0.0.1'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
    ['00000000000000000000000001000000', '::1'],
    ['0A0200C0', '192.0.2.10'],
    ['B80D01200000000000000000010000FF', undefined],
    ['nonsense', undefined],
  ])('names %s as %s', (hex, address) => expect(addressIn(hex)).toBe(address))

  test('has the end of the client, not ours, nor that of another connection with the same ports', () => {
    const table = [
      HEAD,
      row(`${HERE}:1D07`, `${HERE}:C350`, 1),
      row(`0A0200C0:C350`, `0B0200C0:1D07`, 2),
      row(`${HERE}:C351`, `${HERE}:1D07`, 3),
      row(`${HERE}:C350`, `${HERE}:1D07`, 4),
    ].join('\n')
    expect(socketIn(table, peer)).toEqual({ inode: '4', uid: 1000 })
    expect(
      socketIn(table, { ...peer, remoteAddress: '::ffff:127.0.0.1', localAddress: '::ffff:127.0.0.1' }),
    ).toEqual({
      inode: '4',
      uid: 1000,
    })
  })

  test('knows nothing of a connection that is over, nor of none at all', () => {
    expect(socketIn([HEAD, row(`${HERE}:C350`, `${HERE}:1D07`, 0)].join('\n'), peer)).toBeUndefined()
    expect(socketIn('', peer)).toBeUndefined()
    expect(socketIn(HEAD, {})).toBeUndefined()
  })
})

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A child that connects to us; over `host`. */
async function connected(host: string): Promise<{ socket: Socket; pid: number }> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, host, done))
  ends.push(() => server.close())
  const { port } = server.address() as { port: number }
  const child = spawn(process.execPath, ['-e', `require('node:net').connect(${port}, '${host}')`])
  ends.push(() => child.kill('SIGKILL'))
  const socket = await new Promise<Socket>((done) => server.once('connection', done))
  ends.push(() => socket.destroy())
  return { socket, pid: child.pid! }
}

describe('the process at the other end', () => {
  test.each(['127.0.0.1', '::1'])('is found over %s', async (host) => {
    const { socket, pid } = await connected(host)
    expect(await findClient(socket)).toEqual(identify(pid))
    expect(await findClient(socket, [1, pid])).toEqual(identify(pid))
  })

  test('is this one where the client is', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    ends.push(() => server.close())
    const { connect } = await import('node:net')
    const client = connect((server.address() as { port: number }).port, '127.0.0.1')
    ends.push(() => client.destroy())
    const socket = await new Promise<Socket>((done) => server.once('connection', done))
    expect(await findClient(socket)).toMatchObject({ pid: process.pid })
  })

  test('is not on this host, is over, or cannot be told: said in words', async () => {
    const away = { ...peer, remoteAddress: '10.0.0.7', localAddress: '10.0.0.1' }
    expect(await findClient(away)).toEqual({ hidden: 'the client is at 10.0.0.7, not on this host' })
    expect(await findClient({ ...peer, remotePort: 1, localPort: 2 })).toEqual({
      hidden: expect.stringContaining('was over'),
    })
    expect(await findClient(peer, [], mkdtempSync(join(tmpdir(), 'proc-')))).toEqual({
      hidden: expect.stringContaining('does not tell'),
    })
    expect(await findClient({})).toEqual({ hidden: expect.stringContaining('was over') })
  })
})

describe('a process', () => {
  test('is known by its name with brackets and spaces in it', () => {
    const rest = 'S 7 1 1 0 -1 4194304 1 0 0 0 30 12 0 0 20 0 5 0 8899 1 1'
    expect(parseStat(`42 (a) b (c)) ${rest}`)).toEqual({
      pid: 42,
      parent: 7,
      state: 'S',
      ticks: 42,
      threads: 5,
      start: '8899',
    })
    expect(parseStat('')).toBeUndefined()
    expect(parseStat('42 (a) S 1')).toBeUndefined()
  })

  test('is alive, then gone; another start, another boot are gone too; another namespace tells nothing', async () => {
    const child = spawn('sleep', ['60'])
    const id = identify(child.pid!)!
    expect(look(id)).toBe('alive')
    const [ticks, ground] = id.started.split('@')
    expect(look({ ...id, started: `${Number(ticks) - 1}@${ground}` })).toBe('gone')
    expect(look({ ...id, started: `${ticks}@other/${ground!.split('/')[1]}` })).toBe('gone')
    expect(look({ ...id, started: `${id.started}1` })).toBe('hidden')
    expect(look({ ...id, started: 'nonsense' })).toBe('hidden')
    child.kill('SIGKILL')
    await new Promise((done) => child.once('exit', done))
    expect(look(id)).toBe('gone')
  })

  test('is gone while nobody has waited for it', async () => {
    // The shell starts a child, becomes a program that waits for nobody, and so leaves a zombie.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    ends.push(() => parent.kill('SIGKILL'))
    const pid = Number(await new Promise((done) => parent.stdout.once('data', done)))
    const id = identify(pid)!
    expect(look(id)).toBe('alive')
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n')
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => look(id)).toBe('gone')
    expect(identify(pid)).toEqual(id)
  })
})
