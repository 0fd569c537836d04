import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHeader, parseRow } from '../../../agents/sources/nvidia-smi.ts'

const header = parseHeader(
  'index, name, uuid, utilization.gpu [%], memory.used [MiB], memory.total [MiB], temperature.gpu, power.draw [W]',
)!
const read = (cells: string) => parseRow(cells, header)

test('a row is read by the names in the header, whatever their order', () => {
  const other = parseHeader('power.draw [W], temperature.gpu, name, index, utilization.gpu [%]')!
  expect(parseRow('75.25 W, 40, Card, 3, 12 %', other)).toEqual({
    index: 3,
    name: 'Card',
    utilization: 12,
    memoryUsed: undefined,
    memoryTotal: undefined,
    temperature: 40,
    power: 75.25,
  })
})

test('a row without units is read too', () => {
  expect(read('0, Card, GPU-1, 100, 19818, 81559, 59, 631.95')).toMatchObject({
    utilization: 100,
    memoryUsed: 19818,
    memoryTotal: 81559,
    power: 631.95,
  })
})

test('an idle GPU is 0, which is not missing', () => {
  expect(read('0, Card, GPU-1, 0 %, 0 MiB, 81559 MiB, 0, 0.00 W')).toMatchObject({
    utilization: 0,
    memoryUsed: 0,
    temperature: 0,
    power: 0,
  })
})

describe('cells that are no numbers', () => {
  const words = [
    '[N/A]',
    'N/A',
    '[Not Supported]',
    '[Unknown Error]',
    '[Insufficient Permissions]',
    'ERR!',
    '[GPU requires reset]',
    '[Requested functionality has been deprecated]',
    '',
    '-',
    '12 furlongs',
    '0x10',
    '1 2 3',
    'NaN',
    'Infinity',
    '1.2.3',
  ]
  test.each(words)('%s is missing, not 0', (word) => {
    expect(read(`1, Card, GPU-1, ${word}, ${word}, ${word}, ${word}, ${word}`)).toEqual({
      index: 1,
      name: 'Card',
      utilization: undefined,
      memoryUsed: undefined,
      memoryTotal: undefined,
      temperature: undefined,
      power: undefined,
    })
  })
})

test('values that no GPU can have are missing', () => {
  expect(read('0, Card, GPU-1, -1 %, 999999999999 MiB, 0 MiB, 200, 1e9 W')).toMatchObject({
    utilization: undefined,
    memoryUsed: undefined,
    memoryTotal: undefined,
    temperature: undefined,
    power: undefined,
  })
  expect(read('0, Card, GPU-1, 200 %, 1 MiB, 2 MiB, -60, -5 W')).toMatchObject({
    utilization: undefined,
    temperature: undefined,
    power: undefined,
  })
})

test('commas and control characters in a name neither shift the columns nor reach a terminal', () => {
  const reading = read('3, "Weird, name \u001b[31m", GPU-d, 50 %, 1 MiB, 2 MiB, 30, 9 W')
  expect(reading).toMatchObject({ name: '"Weird, name \u241b[31m"', utilization: 50, power: 9 })
})

test('a short row, a row without index and text are no rows', () => {
  for (const bad of [
    '4, short row',
    '',
    'No devices were found',
    'x, Card, GPU-1, 1 %, 1 MiB, 2 MiB, 30, 9 W',
  ])
    expect(read(bad)).toBeUndefined()
  expect(read('-1, Card, GPU-1, 1 %, 1 MiB, 2 MiB, 30, 9 W')).toBeUndefined()
  expect(read('9999, Card, GPU-1, 1 %, 1 MiB, 2 MiB, 30, 9 W')).toBeUndefined()
})

test('a message is no header', () => {
  for (const bad of [
    '',
    'No devices were found',
    'Failed to initialize NVML: Driver/library version mismatch',
  ])
    expect(parseHeader(bad)).toBeUndefined()
})

test('every value that is read lies in its range, whatever the line', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('[N/A]', '5 %', '3 MiB', '1e308 W', 'W'),
    fc.double().map(String),
  )
  fc.assert(
    fc.property(fc.nat(2000), fc.array(cell, { maxLength: 12 }), (index, cells) => {
      const reading = read([index, ...cells].join(', '))
      if (!reading) return
      const { utilization = 0, memoryUsed = 0, memoryTotal = 1, temperature = 0, power = 0 } = reading
      expect(utilization >= 0 && utilization <= 100).toBe(true)
      expect(memoryUsed >= 0 && memoryTotal >= 1 && power >= 0 && power <= 5000).toBe(true)
      expect(temperature >= -50 && temperature <= 150).toBe(true)
    }),
  )
})

test('every whole reading survives being printed and read', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9, ]{0,30}[A-Za-z0-9]$/)
  fc.assert(
    fc.property(fc.nat(1023), name, fc.nat(100), fc.nat(100_000), (index, card, load, memory) => {
      const reading = read(`${index}, ${card}, GPU-1, ${load} %, ${memory} MiB, 143771 MiB, 28, 78.28 W`)
      const spaced = card
        .split(',')
        .map((part) => part.trim())
        .join(', ')
      expect(reading).toMatchObject({
        index,
        name: spaced,
        utilization: load,
        memoryUsed: memory,
        power: 78.28,
      })
    }),
  )
})
