// One place of a fault test: a folder of logs, a state folder each for hub and agent, ports, a writer.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { type Daemon, saying, startMlops, startProgram } from './daemon.ts'
import { LOGS, rowsText } from './rows.ts'

/** A port of this machine that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A place. */
export interface Place {
  readonly folder: string
  readonly logs: string
  readonly hubState: string
  readonly agentState: string
  readonly store: string
  readonly hubPort: number
  /** Starts the hub; other flags behind its own. */
  hub(...flags: string[]): Daemon
  /** Starts the agent, dialling `port` (the hub's by default). */
  agent(port?: number, ...flags: string[]): Daemon
  /** Appends `count` rows to every log. */
  append(count: number): void
  /** Rows in each log. */
  rows(): number
  /** Starts the program that appends all the time; `stop` resolves when its last row is written. */
  writer(rowsPerSecond: number): { stop(): Promise<void> }
  /** Bytes of the agent's segments. */
  spoolBytes(): number
  remove(): void
}

function buildWriter(folder: string): string {
  const outfile = join(folder, 'writer.mjs')
  const entry = fileURLToPath(new URL('writer.ts', import.meta.url))
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' })
  return outfile
}

function countRows(logs: string): number {
  const lines = readFileSync(join(logs, 'delta.jsonl'), 'utf8').split('\n')
  return lines.length - 1
}

function spoolBytes(state: string): number {
  const folder = join(state, 'spool')
  if (!existsSync(folder)) return 0
  const files = readdirSync(folder).filter((file) => file.endsWith('.seg'))
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}

/** Makes a place in a temporary folder. */
export async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'))
  const [logs, hubState, agentState] = ['logs', 'hub', 'agent'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [logs, hubState, agentState]) mkdirSync(each)
  const hubPort = await freePort()
  let rows = 0
  return {
    folder,
    logs,
    hubState,
    agentState,
    store: join(hubState, 'store.db'),
    hubPort,
    hub: (...flags) => startMlops(['hub', '--listen', `127.0.0.1:${hubPort}`, '--state', hubState, ...flags]),
    agent: (port = hubPort, ...flags) => {
      const way = flags.includes('--listen') ? [] : ['--hub', `ws://127.0.0.1:${port}`]
      return startMlops(['agent', logs, ...way, '--state', agentState, '--interval', '0', ...flags])
    },
    append(count) {
      for (const file of Object.keys(LOGS))
        appendFileSync(join(logs, file), rowsText(file, rows, rows + count))
      rows += count
    },
    rows: () => rows,
    writer(rowsPerSecond) {
      const words = [buildWriter(folder), logs, String(rowsPerSecond), String(rows)]
      const program = startProgram(process.execPath, words)
      return {
        async stop() {
          program.write('stop\n')
          await program.ended()
          rows = countRows(logs)
        },
      }
    },
    spoolBytes: () => spoolBytes(agentState),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Starts a hub and waits until its port is open. */
export async function readyHub(place: Place, ...flags: string[]): Promise<Daemon> {
  const hub = place.hub(...flags)
  await saying(hub, /listening on/)
  return hub
}
