import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseCpu,
  parseDisks,
  parseInterfaces,
  parseLoad,
  parseMemory,
  readMachine,
} from '../../../agents/sources/proc.ts'
import { counterRates, cpuShare, percent } from '../../../agents/sources/rates.ts'
import { folder } from './host-recorder.ts'

const disk = (name: string, read: number, written: number) =>
  `   8       0 ${name} 10 0 ${read} 5 20 0 ${written} 7 0 9 12 0 0 0 0`

describe('processor time', () => {
  test('waiting for a disk is idle, stolen time is busy, guest time is not counted twice', () => {
    const stat = 'cpu  100 10 50 800 40 5 5 20 60 3\ncpu0 1 1 1 1\n'
    expect(parseCpu(stat)).toEqual({ total: 1030, busy: 190 })
  })

  test('a kernel with four columns is understood, a broken line is not', () => {
    expect(parseCpu('cpu  1 2 3 4\n')).toEqual({ total: 10, busy: 6 })
    for (const bad of ['', 'cpu\n', 'cpu  a b c d\n', 'cpu  1 2 3\n', 'cpu  1 -2 3 4\n', 'cpu0 1 2 3 4\n'])
      expect(parseCpu(bad)).toBeUndefined()
  })

  test('the share is of the time between two looks', () => {
    expect(cpuShare({ busy: 100, total: 1000 }, { busy: 150, total: 1200 })).toBe(25)
    expect(cpuShare({ busy: 100, total: 1000 }, { busy: 105, total: 1004 })).toBe(100)
    expect(cpuShare({ busy: 100, total: 1000 }, { busy: 100, total: 1000 })).toBeUndefined()
    expect(cpuShare({ busy: 100, total: 1000 }, { busy: 1, total: 9 })).toBeUndefined()
    expect(cpuShare(undefined, { busy: 1, total: 9 })).toBeUndefined()
  })
})

describe('memory', () => {
  test('available memory counts, not free memory', () => {
    const text =
      'MemTotal:        1000 kB\nMemFree:   10 kB\nMemAvailable:   400 kB\nSwapTotal: 8 kB\nSwapFree: 2 kB\n'
    expect(parseMemory(text)).toEqual({
      total: 1_024_000,
      available: 409_600,
      swapTotal: 8192,
      swapFree: 2048,
    })
  })

  test('a kernel without MemAvailable falls back to free and cached', () => {
    const text = 'MemTotal:  1000 kB\nMemFree:  10 kB\nCached: 20 kB\n'
    expect(parseMemory(text)?.available).toBe(30 * 1024)
  })

  test('memory that makes no sense is missing', () => {
    for (const bad of [
      '',
      'MemTotal: 5 kB\n',
      'MemTotal: 5 kB\nMemAvailable: 6 kB\n',
      'MemAvailable: 6 kB\n',
    ])
      expect(parseMemory(bad)).toBeUndefined()
  })
})

describe('disks and interfaces', () => {
  test('partitions, loops and stacked devices are not counted beside their disks', () => {
    const names = [
      ...[
        'sda',
        'sda1',
        'sda10',
        'sdaa',
        'sdaa1',
        'nvme0n1',
        'nvme0n1p1',
        'nvme0c0n1',
        'mmcblk0',
        'mmcblk0p2',
      ],
      ...['vda', 'loop0', 'ram1', 'zram0', 'dm-0', 'md127', 'sr0', 'xvdb1'],
    ]
    const found = parseDisks(names.map((name) => disk(name, 2, 4)).join('\n'))
    expect([...found.keys()]).toEqual(['sda', 'sdaa', 'nvme0n1', 'mmcblk0', 'vda', 'xvdb1'])
    expect(found.get('sda')).toEqual([1024, 2048])
  })

  test('interfaces are all but the loopback, also with the number right behind the colon', () => {
    const text = `Inter-|   Receive  |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes packets
    lo:    9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0
  eth0:1000 1 0 0 0 0 0 0 50 1 0 0 0 0 0 0
wlan:0: 7 1 0 0 0 0 0 0 8 1 0 0 0 0 0 0
  bad0: x y
`
    expect([...parseInterfaces(text)]).toEqual([
      ['eth0', [1000, 50]],
      ['wlan:0', [7, 8]],
    ])
  })

  test('rates are bytes a second over all devices seen twice', () => {
    const before = new Map([['a', [100, 10] as const]])
    const after = new Map([
      ['a', [300, 10] as const],
      ['new', [1e12, 1e12] as const],
    ])
    expect(counterRates(before, after, 2)).toEqual([100, 0])
  })

  test('a counter that ran back, no time and no device are missing, never 0 or negative', () => {
    const [low, high] = [new Map([['a', [1, 500] as const]]), new Map([['a', [100, 100] as const]])]
    expect(counterRates(high, low, 1)).toEqual([undefined, 400])
    expect(counterRates(low, high, 0)).toEqual([undefined, undefined])
    expect(counterRates(low, high, -5)).toEqual([undefined, undefined])
    expect(counterRates(new Map(), high, 1)).toEqual([undefined, undefined])
  })
})

test('load averages are the first two numbers', () => {
  expect(parseLoad('0.50 1.25 9.00 1/234 5678\n')).toEqual([0.5, 1.25])
  expect(parseLoad('')).toBeUndefined()
  expect(parseLoad('0.50\n')).toBeUndefined()
  expect(parseLoad('x y z')).toBeUndefined()
})

test('a share of nothing or out of range is missing', () => {
  expect(percent(1, 4)).toBe(25)
  expect(percent(0, 0)).toBeUndefined()
  expect(percent(5, 4)).toBeUndefined()
  expect(percent(Number.NaN, 4)).toBeUndefined()
})

test('without a /proc the machine is asked of node:os, without disks and network', () => {
  const machine = readMachine(folder())
  expect(machine.cpu?.total).toBeGreaterThan(0)
  expect(machine.memory?.available).toBeGreaterThan(0)
  expect(machine.memory!.available).toBeLessThanOrEqual(machine.memory!.total)
  expect([machine.disks.size, machine.interfaces.size]).toEqual([0, 0])
})

test('no text whatever makes a reader throw or say something negative', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('cpu  1 2 3 4', 'MemTotal: 5 kB', disk('sda', -1, 1), 'eth0: -1 2', 'a'.repeat(5000)),
    fc.array(fc.integer(), { maxLength: 20 }).map((cells) => `cpu ${cells.join(' ')}`),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n')
      const cpu = parseCpu(text)
      const all = [...parseDisks(text).values(), ...parseInterfaces(text).values(), parseLoad(text) ?? []]
      const memory = parseMemory(text)
      const numbers = [...all.flat(), cpu?.total ?? 0, memory?.total ?? 0, memory?.available ?? 0]
      expect(numbers.every((number) => number >= 0)).toBe(true)
    }),
  )
})
