import os from 'node:os'
import { beforeEach, describe, expect, test } from 'vitest'
import { createHostSource, type HostSourceOptions } from '../../../agents/sources/host.ts'
import { AgentEvent } from '../../../src/protocol/events.ts'
import { testSourceContract } from '../source-contract.ts'
import { folder, recorder, write } from './host-recorder.ts'

const START = Date.UTC(2026, 4, 4, 12, 0, 0, 250)

const before = {
  stat: 'cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\n',
  meminfo: 'MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 750 kB\nSwapTotal: 200 kB\nSwapFree: 150 kB\n',
  diskstats: '8 0 sda 1 0 100 1 1 0 200 1 0 1 1\n8 1 sda1 1 0 100 1 1 0 200 1 0 1 1\n',
  'net/dev': 'lo: 5 0 0 0 0 0 0 0 5 0\neth0: 1000 0 0 0 0 0 0 0 2000 0\n',
  loadavg: '0.50 0.25 0.10 1/9 99\n',
}
const after = {
  ...before,
  stat: 'cpu  150 0 100 850 0 0 0 0 0 0\n',
  diskstats: '8 0 sda 1 0 104 1 1 0 208 1 0 1 1\n8 1 sda1 1 0 104 1 1 0 208 1 0 1 1\n',
  'net/dev': 'lo: 99 0 0 0 0 0 0 0 99 0\neth0: 1500 0 0 0 0 0 0 0 2100 0\n',
}

let now = START
let clock = 0
beforeEach(() => {
  now = START
  clock = 0
})

function hostOn(proc: string, more: Partial<HostSourceOptions> = {}) {
  const heard = recorder()
  const base = {
    agent: 'gpu-01',
    cursors: new Map(),
    intervalMs: 1000,
    nvidiaSmi: false,
    diskPath: '/',
  } as const
  const source = createHostSource({ ...base, proc, monotonic: () => clock, ...more })
  return {
    ...heard,
    async sample(advance = 0) {
      now += advance
      clock += advance
      heard.clear()
      await source.poll(heard.emit, now)
      return heard.values()
    },
  }
}

function machine(files: Record<string, string> = before) {
  const proc = folder()
  write(proc, files)
  return proc
}

testSourceContract('host', () => {
  const options = { agent: 'gpu-01', intervalMs: 1000, nvidiaSmi: false } as const
  const [proc, missing] = [machine(), machine({ stat: '' })]
  return {
    start: (cursors) => createHostSource({ ...options, cursors, proc }),
    startMissing: () =>
      createHostSource({ ...options, cursors: new Map(), proc: missing, diskPath: `${missing}/gone` }),
    now: START,
    samples: true,
  }
})

test('the first sample has no rates, the second has them', async () => {
  const proc = machine()
  const host = hostOn(proc)
  const first = await host.sample()
  expect(first).toMatchObject({ memory: 25, 'memory.used': 256_000, swap: 25, load1: 0.5, load5: 0.25 })
  for (const key of ['cpu', 'disk.read', 'disk.write', 'net.rx', 'net.tx'])
    expect(first).not.toHaveProperty(key)
  write(proc, after)
  const second = await host.sample(2000)
  expect(second).toMatchObject({
    cpu: 50,
    'disk.read': 1024,
    'disk.write': 2048,
    'net.rx': 250,
    'net.tx': 50,
  })
})

test('a point belongs to the agent, at the second and the time of the sample', async () => {
  const host = hostOn(machine())
  await host.sample(5000)
  expect(host.points.length).toBeGreaterThan(4)
  for (const { owner, step, time } of host.points)
    expect([owner, step, time]).toEqual(['gpu-01', Math.floor(now / 1000), now])
})

test('polls within one interval give one sample', async () => {
  const host = hostOn(machine(), { intervalMs: 10_000 })
  expect(await host.sample()).toHaveProperty('memory')
  expect(await host.sample(3000)).toEqual({})
  expect(await host.sample(6000)).toEqual({})
  expect(await host.sample(1000)).toHaveProperty('memory')
})

test('a step of the wall clock does not bend a rate', async () => {
  const proc = machine()
  const host = hostOn(proc)
  await host.sample()
  write(proc, after)
  now -= 3_600_000
  expect(await host.sample(1000)).toMatchObject({ 'net.rx': 500, cpu: 50 })
})

test('counters that ran back are missing once and rates return', async () => {
  const proc = machine(after)
  const host = hostOn(proc)
  await host.sample()
  write(proc, before)
  const reset = await host.sample(1000)
  for (const key of ['cpu', 'disk.read', 'disk.write', 'net.rx', 'net.tx'])
    expect(reset).not.toHaveProperty(key)
  write(proc, after)
  expect(await host.sample(1000)).toMatchObject({ 'net.rx': 500, 'disk.read': 2048 })
})

test('a machine without swap has no swap, not 0 % of it', async () => {
  const host = hostOn(
    machine({ ...before, meminfo: 'MemTotal: 10 kB\nMemAvailable: 5 kB\nSwapTotal: 0 kB\n' }),
  )
  const values = await host.sample()
  expect(values).toHaveProperty('memory', 50)
  expect(values).not.toHaveProperty('swap')
})

test('files that are missing or garbage leave the others standing', async () => {
  const host = hostOn(
    machine({ stat: '\u0000\u0001 garbage', 'net/dev': 'eth0: : :', loadavg: '1.00 2.00 3.00' }),
  )
  await host.sample()
  const { disk, ...rest } = await host.sample(1000)
  expect(disk).toBeGreaterThan(0)
  expect(rest).toEqual({ load1: 1, load5: 2 })
  expect(host.problems()).toEqual([])
})

describe('the disk', () => {
  const numbers = { type: 0, bsize: 4096, files: 0, ffree: 0 }
  type Stat = NonNullable<HostSourceOptions['statfs']>
  const stat = (answer: () => Promise<object>) => answer as Stat

  test('is filled as df counts it, without what is kept for root', async () => {
    const answer = stat(async () => ({ ...numbers, blocks: 1000, bfree: 700, bavail: 600 }))
    const values = await hostOn(machine(), { statfs: answer }).sample()
    expect(values.disk).toBeCloseTo((100 * 300) / 900, 10)
  })

  test('that cannot be read is one problem, not one a second, and no value', async () => {
    const host = hostOn(machine(), { diskPath: `${folder()}/gone` })
    for (let i = 0; i < 3; i++) expect(await host.sample(1000)).not.toHaveProperty('disk')
    expect(host.problems()).toHaveLength(1)
    expect(host.problems()[0]).toMatchObject({ source: 'host', count: 1 })
    expect(host.problems()[0]!.problem).toContain('ENOENT')
  })

  test('that hangs holds up neither this sample nor the next, and is asked once', async () => {
    let asked = 0
    const answer = stat(() => {
      asked++
      return new Promise(() => {})
    })
    const host = hostOn(machine(), { statfs: answer })
    for (let i = 0; i < 3; i++) {
      const values = await host.sample(1000)
      expect(values).toHaveProperty('memory')
      expect(values).not.toHaveProperty('disk')
    }
    expect(asked).toBe(1)
    expect(host.problems()).toHaveLength(1)
  })
})

describe('the description', () => {
  test('is given once, and passes the protocol', async () => {
    const host = hostOn(machine())
    for (let i = 0; i < 3; i++) await host.sample(1000)
    expect(host.described()).toHaveLength(1)
    expect(host.described()[0]).toMatchObject({
      cpus: os.cpus().length,
      memoryBytes: 1_024_000,
      gpus: [],
      note: null,
    })
    expect(host.described()[0]!.os).not.toBe('')
    const event = host.events.find(({ type }) => type === 'host.described')!
    expect(AgentEvent.parse(event)).toEqual(event)
    expect([event.about, event.at]).toEqual(['gpu-01', START + 1000])
  })

  test('asks no nvidia-smi where GPUs are switched off', async () => {
    const host = hostOn(machine())
    const values = await host.sample()
    expect(Object.keys(values).filter((key) => key.startsWith('gpu'))).toEqual([])
  })
})

test('this very machine is read and its values lie in their ranges', async () => {
  const host = hostOn('/proc')
  await host.sample()
  // Something that takes processor time, so that /proc/stat moves on.
  for (const end = Date.now() + 60; Date.now() < end; );
  const values = await host.sample(1000)
  for (const key of ['cpu', 'memory', 'disk']) {
    expect(values[key]).toBeGreaterThanOrEqual(0)
    expect(values[key]).toBeLessThanOrEqual(100)
  }
  for (const key of ['memory.used', 'load1', 'load5']) expect(values[key]).toBeGreaterThanOrEqual(0)
  for (const value of Object.values(values)) expect(value).toBeGreaterThanOrEqual(0)
})
