import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createGpuProcesses, parseApps, parseGpus } from '../../../agents/tracking/gpu-processes.ts'
import type { ProcessStat } from '../../../agents/tracking/process-identity.ts'
import { createProcessMetrics } from '../../../agents/tracking/process-metrics.ts'
import { cpuBetween, readProcesses, treeOf } from '../../../agents/tracking/process-table.ts'

const stat = (pid: number, parent: number, ticks = 0, start = '1'): ProcessStat => ({
  pid,
  parent,
  state: 'R',
  ticks,
  threads: 2,
  start,
})
const table = (...stats: ProcessStat[]) => new Map(stats.map((each) => [each.pid, each]))
const noGpus = { names: async () => new Map(), list: async () => [] }

describe('the processes of a run', () => {
  test('are those that log and all below them, each once', () => {
    const all = table(stat(1, 0), stat(2, 1), stat(3, 2), stat(4, 3), stat(5, 1), stat(6, 6))
    const pids = (roots: number[]) =>
      treeOf(all, roots)
        .map(({ pid }) => pid)
        .sort()
    expect(pids([2])).toEqual([2, 3, 4])
    expect(pids([2, 3, 99])).toEqual([2, 3, 4])
    expect(pids([6])).toEqual([6])
  })

  test('use the time between two looks; a new one all of its time, a reused number none of the old', () => {
    const before = [stat(1, 0, 100), stat(2, 1, 500)]
    expect(cpuBetween(before, [stat(1, 0, 250), stat(3, 1, 50)], 2)).toBe(100)
    expect(cpuBetween(before, [stat(1, 0, 100), stat(2, 1, 10, '9')], 1)).toBe(10)
    expect(cpuBetween(before, [stat(7, 0, 5)], 1)).toBeUndefined()
    expect(cpuBetween(before, before, 0)).toBeUndefined()
  })

  test('are measured: memory, threads, and from the second look on the processor', async () => {
    const script = `setInterval(() => {}, 1000); console.log(''); for (;;) Math.random()`
    const parent = spawn('sh', ['-c', `${process.execPath} -e "${script}"; true`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await new Promise((done) => parent.stdout.once('data', done))
    let clock = 0
    const metrics = createProcessMetrics(noGpus, '/proc', () => clock)
    const runs = [{ run: 'r', started: 1_000, pids: [parent.pid!] }]
    const [first] = await metrics.measure(runs, 2_000)
    expect(first!.map(({ key }) => key)).toEqual(['system/process_memory_mib', 'system/process_threads'])
    expect(first![0]).toMatchObject({ run: 'r', step: 1, time: 2_000 })
    expect(first![0]!.value).toBeGreaterThan(20)
    const child = [...(await readProcesses()).values()].find(({ parent: up }) => up === parent.pid)!
    await expect
      .poll(() => Number(readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[13]))
      .toBeGreaterThan(child.ticks + 10)
    clock += 1_000
    const [second] = await metrics.measure(runs, 3_000)
    expect(second!.find(({ key }) => key === 'system/process_cpu_percent')!.value).toBeGreaterThan(5)
    process.kill(child.pid, 'SIGKILL')
    parent.kill('SIGKILL')
    await new Promise((done) => parent.once('exit', done))
    expect(await metrics.measure(runs, 4_000)).toEqual([])
  })
})

describe('nvidia-smi', () => {
  test('is read by row; rows of other GPUs and without numbers are left out', () => {
    const gpus = parseGpus('GPU-a, 0, NVIDIA H100, 80GB\nGPU-b, 1, X\nNo devices were found\n')
    expect([...gpus.values()]).toEqual([
      { index: 0, name: 'NVIDIA H100, 80GB' },
      { index: 1, name: 'X' },
    ])
    expect(parseApps('GPU-a, 12, 100\nGPU-a, 13, [N/A]\nGPU-z, 14, 5\n\nERR!\n', gpus)).toEqual([
      { gpu: 0, pid: 12, memory: 100 },
    ])
  })

  test('gives the memory of a process tree on each GPU', async () => {
    const gpus = {
      names: async () => new Map(),
      list: async () => [
        { gpu: 0, pid: process.pid, memory: 100 },
        { gpu: 1, pid: process.pid, memory: 7 },
        { gpu: 1, pid: 2 ** 30, memory: 900 },
      ],
    }
    const [points] = await createProcessMetrics(gpus).measure(
      [{ run: 'r', started: 0, pids: [process.pid] }],
      0,
    )
    const values = Object.fromEntries(points!.map(({ key, value }) => [key, value]))
    expect(values).toMatchObject({
      'system/gpu_0_process_memory_mib': 100,
      'system/gpu_1_process_memory_mib': 7,
    })
  })

  test('that is not there is asked again only after a minute', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smi-'))
    const command = join(folder, 'nvidia-smi')
    writeFileSync(command, `#!/bin/sh\necho x >> ${folder}/asked\nexit 9\n`)
    chmodSync(command, 0o755)
    let now = 0
    const gpus = createGpuProcesses(command, () => now)
    const asked = () => readFileSync(join(folder, 'asked'), 'utf8').length / 2
    for (let i = 0; i < 5; i++) expect(await gpus.list()).toEqual([])
    expect(asked()).toBe(1)
    now = 61_000
    await gpus.list()
    expect(asked()).toBe(2)
    rmSync(folder, { recursive: true })
  })
})
