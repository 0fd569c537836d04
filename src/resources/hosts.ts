// Noun: hosts with an agent.
import { formatAge, formatBytes, formatPercent } from '../core/format.ts'
import type { Host } from '../core/state.ts'
import type { Summary } from '../core/summary.ts'
import type { Presence, World } from '../core/world.ts'
import { type CellTone, defineResource, type Raw } from './define.ts'

interface Row {
  readonly host: Host
  readonly presence: Presence | undefined
  readonly metrics: ReadonlyMap<string, Summary>
  readonly runs: number
}

const none: ReadonlyMap<string, Summary> = new Map()
const current = ({ metrics }: Row, key: string): number | null => metrics.get(key)?.last.value ?? null

/** A share in percent: warn above 80, bad above 95. */
const load = (value: number | null): CellTone =>
  value === null ? 'dim' : value > 95 ? 'bad' : value > 80 ? 'warn' : 'text'

const percent = (title: string, key: string, doc: string) => ({
  title,
  doc,
  value: (row: Row) => current(row, key),
  show: (row: Row) => {
    const value = current(row, key)
    return value === null ? '-' : formatPercent(value)
  },
  tone: (row: Row) => load(current(row, key)),
  align: 'right' as const,
})

function gpuRecords(row: Row): Raw[] {
  return row.host.gpus.map(({ index, name, memoryMiB }) => ({
    index,
    name,
    utilization: current(row, `gpu.${index}.utilization`),
    memory: current(row, `gpu.${index}.memory`),
    memoryTotalMiB: memoryMiB,
    temperature: current(row, `gpu.${index}.temperature`),
    power: current(row, `gpu.${index}.power`),
  }))
}

function showGpus(row: Row): string {
  if (row.host.gpus.length === 0) return '-'
  const used = row.host.gpus.map(({ index }) => current(row, `gpu.${index}.utilization`))
  return `${used.length}x ${used.map((value) => (value === null ? '?' : formatPercent(value))).join(' ')}`
}

function* rows({ state, series, presence }: World): Generator<Row> {
  const runs = new Map<string, number>()
  for (const { host, status } of state.runs.values())
    if (status === 'running') runs.set(host, (runs.get(host) ?? 0) + 1)
  for (const host of state.hosts.values())
    yield {
      host,
      presence: presence.get(host.id),
      metrics: series.get(host.id) ?? none,
      runs: runs.get(host.id) ?? 0,
    }
}

/** Hosts. */
export const hosts = defineResource<Row>({
  name: 'hosts',
  aliases: ['host', 'h', 'agents'],
  doc: 'Training and serving machines with an agent.',
  rows,
  id: ({ host }) => host.id,
  sort: 'name',
  open: { resource: 'runs', filter: ({ host }) => `host="${host.name}"` },
  columns: {
    id: {
      title: 'ID',
      doc: 'Id of the agent, made with its state folder.',
      value: ({ host }) => host.id,
      tone: () => 'dim',
      table: 'wide',
    },
    name: {
      title: 'NAME',
      doc: 'Name of the host.',
      value: ({ host }) => host.name,
      tone: () => 'bold',
      max: 28,
    },
    role: { title: 'ROLE', doc: 'training or serving.', value: ({ host }) => host.role },
    status: {
      title: 'STATUS',
      doc: 'online while its agent is connected, else offline.',
      value: ({ host }) => (host.online ? 'online' : 'offline'),
      tone: ({ host }) => (host.online ? 'good' : 'bad'),
    },
    lastSeen: {
      title: 'SEEN',
      doc: 'When the hub last heard of it (hub clock); the table shows the age.',
      value: ({ presence, host }) => new Date(presence?.lastSeen ?? host.since),
      show: ({ presence, host }, now) => formatAge(now - (presence?.lastSeen ?? host.since)),
      align: 'right',
    },
    lagMs: {
      title: 'LAG',
      doc: 'Age of its newest batch when the hub stored it, ms; a wrong clock shows here.',
      value: ({ presence }) => presence?.lagMs ?? null,
      show: ({ presence }) => (presence?.lagMs == null ? '-' : `${presence.lagMs}ms`),
      align: 'right',
    },
    runs: { title: 'RUNS', doc: 'Runs whose log grows now.', value: ({ runs }) => runs, align: 'right' },
    cpu: percent('CPU', 'cpu', 'Busy share of all cores, percent.'),
    memory: percent('MEM', 'memory', 'Memory in use, percent.'),
    disk: percent('DISK', 'disk', 'Use of the file system watched, percent.'),
    load: {
      title: 'LOAD',
      doc: 'Load average over one minute.',
      value: (row) => current(row, 'load1'),
      show: (row) => current(row, 'load1')?.toFixed(2) ?? '-',
      align: 'right',
    },
    gpus: {
      title: 'GPU',
      doc: 'Each GPU: utilization and memory in percent, temperature in C, power in W; what the driver does not tell is missing.',
      value: gpuRecords,
      show: showGpus,
      max: 48,
    },
    cpus: {
      title: 'CPUS',
      doc: 'Number of logical CPUs.',
      value: ({ host }) => host.cpus,
      table: 'wide',
      align: 'right',
    },
    memoryBytes: {
      title: 'RAM',
      doc: 'Memory installed, bytes.',
      value: ({ host }) => host.memoryBytes,
      show: ({ host }) => (host.memoryBytes === null ? '-' : formatBytes(host.memoryBytes)),
      table: 'wide',
      align: 'right',
    },
    os: { title: 'OS', doc: 'Operating system.', value: ({ host }) => host.os, table: 'never' },
    kernel: { title: 'KERNEL', doc: 'Kernel release.', value: ({ host }) => host.kernel, table: 'never' },
    cpuModel: {
      title: 'CPU MODEL',
      doc: 'Processor name.',
      value: ({ host }) => host.cpuModel,
      table: 'never',
    },
    version: {
      title: 'VERSION',
      doc: 'Version of its agent.',
      value: ({ host }) => host.version,
      table: 'never',
    },
    note: {
      title: 'NOTE',
      doc: 'Why something could not be measured.',
      value: ({ host }) => host.note,
      table: 'never',
    },
    reason: { title: 'REASON', doc: 'Why it is offline.', value: ({ host }) => host.reason, table: 'never' },
    lostPoints: {
      title: 'LOST',
      doc: 'Points lost to a bound of its spool.',
      value: ({ host }) => host.lostPoints,
      table: 'never',
    },
  },
})
