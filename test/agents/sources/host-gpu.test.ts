import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createHostSource } from '../../../agents/sources/host.ts'
import { alive, fakeNvidiaSmi, folder, recorder, row, write } from './host-recorder.ts'

const patience = { timeout: 10_000, interval: 10 }

/** A host whose clocks move only by `sample`: the wall clock by a second, the other by as much as told. */
function hostWith(nvidiaSmi: string) {
  const proc = folder()
  write(proc, { stat: 'cpu  1 2 3 4\n' })
  const heard = recorder()
  let now = Date.UTC(2026, 4, 4)
  let clock = 0
  const options = { agent: 'gpu-01', cursors: new Map(), intervalMs: 1000, proc, monotonic: () => clock }
  const source = createHostSource({ ...options, nvidiaSmi })
  onTestFinished(() => source.close())
  const sample = async (advance = 1000) => {
    now += 1000
    clock += advance
    heard.clear()
    await source.poll(heard.emit, now)
    const gpu = Object.entries(heard.values()).filter(([key]) => key.startsWith('gpu'))
    return Object.fromEntries(gpu)
  }
  /** Samples until `check` holds. */
  const until = (check: (values: Record<string, number>) => void, advance = 1000) =>
    vi.waitFor(async () => check(await sample(advance)), patience)
  return { ...heard, source, sample, until, last: () => heard.described().at(-1) }
}

test('GPUs are described and their values told in the order of their index', async () => {
  const { program, starts } = fakeNvidiaSmi(
    `again(${JSON.stringify(row(1, '7 %'))}, ${JSON.stringify(row(0, '93 %'))})`,
  )
  const host = hostWith(program)
  await host.until((values) =>
    expect(values).toEqual({
      'gpu.0.utilization': 93,
      'gpu.0.memory': 25,
      'gpu.0.memory.used': 2048,
      'gpu.0.temperature': 61,
      'gpu.0.power': 250.5,
      'gpu.1.utilization': 7,
      'gpu.1.memory': 25,
      'gpu.1.memory.used': 2048,
      'gpu.1.temperature': 61,
      'gpu.1.power': 250.5,
    }),
  )
  expect(host.last()).toMatchObject({
    gpus: [
      { index: 0, name: 'Fake F100 0', memoryMiB: 8192 },
      { index: 1, name: 'Fake F100 1', memoryMiB: 8192 },
    ],
    note: null,
  })
  expect(host.described().filter(({ gpus }) => gpus.length > 0)).toHaveLength(1)
  expect(starts()).toHaveLength(1)
  expect(starts()[0]!.args.join(' ')).toMatch(/^--query-gpu=index,name,uuid,.* --format=csv -lms 1000$/)
  expect(starts()[0]!.locale).toBe('C')
})

test('what a GPU does not tell is missing, not 0', async () => {
  const cells = '0, Fake, GPU-0, [N/A], [Not Supported], 8192 MiB, [GPU requires reset], ERR!'
  const { program } = fakeNvidiaSmi(
    `again(${JSON.stringify(cells)}, '1, short row', ${JSON.stringify(row(2, '5 %'))})`,
  )
  const host = hostWith(program)
  await host.until((values) => expect(values).toHaveProperty(['gpu.2.utilization'], 5))
  expect(Object.keys(await host.sample()).filter((key) => !key.startsWith('gpu.2.'))).toEqual([])
  expect(host.last()?.gpus.map(({ index }) => index)).toEqual([0, 2])
})

test('a machine without nvidia-smi has no GPUs, and that is no problem', async () => {
  const host = hostWith(join(folder(), 'nvidia-smi'))
  await host.until(() => expect(host.last()).toMatchObject({ gpus: [], note: null }), 1)
  expect(await host.sample(120_000)).toEqual({})
  expect(host.problems()).toEqual([])
  expect(host.described()).toHaveLength(1)
})

test.each([
  ['No devices were found', 6],
  ['Failed to initialize NVML: Driver/library version mismatch\\nNVML library version: 550.90', 18],
  ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", 9],
])('nvidia-smi that fails tells why: %s', async (message, code) => {
  const { program } = fakeNvidiaSmi(`print("${message}"); process.exitCode = ${code}`)
  const host = hostWith(program)
  await host.until(() => expect(host.last()?.note).toBe(message.replace('\\n', ' ')), 1)
  expect(host.last()?.gpus).toEqual([])
  expect(await host.sample()).toEqual({})
  expect(host.problems()).toEqual([])
})

test('a message on the error stream is told too, without control characters', async () => {
  const { program } = fakeNvidiaSmi("fs.writeSync(2, 'Unable \\x1b[31mto go on\\n'); process.exitCode = 255")
  const host = hostWith(program)
  await host.until(() => expect(host.last()?.note).toBe('Unable \u241b[31mto go on'), 1)
})

test('nvidia-smi that ends without a word is told by its exit code', async () => {
  const { program } = fakeNvidiaSmi('process.exitCode = 3')
  const host = hostWith(program)
  await host.until(() => expect(host.last()?.note).toBe('nvidia-smi ended (exit code 3)'), 1)
})

test('nvidia-smi that cannot be started is told, not thrown', async () => {
  const host = hostWith(join(folder(), 'nul\u0000byte'))
  expect(await host.sample()).toEqual({})
  expect(host.last()?.note).toMatch(/null bytes/)
})

test('old values are not repeated for more than three intervals', async () => {
  const { program } = fakeNvidiaSmi(
    `print(header, ${JSON.stringify(row(0, '42 %'))}); setInterval(() => {}, 1000)`,
  )
  const host = hostWith(program)
  await host.until((values) => expect(values).toHaveProperty(['gpu.0.utilization'], 42), 1)
  expect(await host.sample(2000)).toHaveProperty(['gpu.0.utilization'], 42)
  expect(await host.sample(2000)).toEqual({})
  expect(host.last()?.gpus).toHaveLength(1)
})

test('nvidia-smi that hangs is told and ended', async () => {
  const { program, starts } = fakeNvidiaSmi('setInterval(() => {}, 1000)')
  const host = hostWith(program)
  await host.sample()
  await vi.waitFor(() => expect(starts()).toHaveLength(1), patience)
  await host.sample(31_000)
  expect(host.last()?.note).toBe('nvidia-smi gave no reading for 31 s')
  await vi.waitFor(() => expect(alive(starts()[0]!.pid)).toBe(false), patience)
})

test('nvidia-smi that dies is started again after a second, then after two', async () => {
  const ok = JSON.stringify(row(0, '77 %'))
  const { program, starts } = fakeNvidiaSmi(
    `if (life < 3) { print(header, ${JSON.stringify(row(0, '11 %'))}, 'GPU is lost'); process.exitCode = 1 } else again(${ok})`,
  )
  const host = hostWith(program)
  await host.until(() => expect(host.last()?.note).toBe('GPU is lost'), 1)
  expect(host.last()?.gpus).toHaveLength(1)
  await host.sample(500)
  expect(starts()).toHaveLength(1)
  await host.sample(600)
  await vi.waitFor(() => expect(starts()).toHaveLength(2), patience)
  await vi.waitFor(() => expect(alive(starts()[1]!.pid)).toBe(false), patience)
  await host.sample(1500)
  expect(starts()).toHaveLength(2)
  await host.until((values) => expect(values).toHaveProperty(['gpu.0.utilization'], 77))
  expect(starts()).toHaveLength(3)
  expect(host.last()?.note).toBeNull()
})

test('closing ends nvidia-smi, and it stays ended', async () => {
  const { program, starts } = fakeNvidiaSmi(`again(${JSON.stringify(row(0, '1 %'))})`)
  const host = hostWith(program)
  await host.until((values) => expect(values).toHaveProperty(['gpu.0.utilization']))
  host.source.close()
  await vi.waitFor(() => expect(alive(starts()[0]!.pid)).toBe(false), patience)
  await host.sample(120_000)
  expect(starts()).toHaveLength(1)
})

test('a running nvidia-smi does not keep the agent alive, nor outlive it', async () => {
  const { program, starts } = fakeNvidiaSmi(`again(${JSON.stringify(row(0, '1 %'))})`)
  const dir = folder()
  const source = `import { createHostSource } from './agents/sources/host.ts'
const emit = { point() {}, event() {}, line() {}, cursor() {}, full: () => false }
const options = { agent: 'a', cursors: new Map(), intervalMs: 1000, nvidiaSmi: ${JSON.stringify(program)} }
await createHostSource(options).poll(emit, Date.now())
`
  const stdin = { contents: source, resolveDir: process.cwd(), loader: 'ts' as const }
  const outfile = join(dir, 'agent.mjs')
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  const agent = spawn(process.execPath, [outfile], { stdio: 'inherit' })
  const [code] = await once(agent, 'exit')
  expect(code).toBe(0)
  await vi.waitFor(() => expect(starts().every(({ pid }) => !alive(pid))).toBe(true), patience)
})
