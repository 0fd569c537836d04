// Real processes of the built program, and what they said.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

/** Folder of the build under test; another one with MLOPS_DIST. */
const DIST = process.env.MLOPS_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url))

/** A started process. */
export interface Daemon {
  readonly pid: number
  /** All of its output so far. */
  said(): string
  running(): boolean
  /** Resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Writes to its standard input. */
  write(text: string): void
  /** Resolves with its exit code; null when a signal ended it. */
  ended(): Promise<number | null>
}

const started = new Set<ChildProcess>()

/** Wraps a child whose output is piped. */
function daemonOf(child: ChildProcess): Daemon {
  let output = ''
  const hear = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-100_000)
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  started.add(child)
  const exit = once(child, 'exit').then(([code]) => {
    started.delete(child)
    return code as number | null
  })
  const running = () => child.exitCode === null && child.signalCode === null
  return {
    pid: child.pid!,
    said: () => output,
    running,
    async kill(signal = 'SIGKILL') {
      if (running()) child.kill(signal)
      await exit
    },
    signal: (signal) => void child.kill(signal),
    write: (text) => void child.stdin?.write(text),
    ended: () => exit,
  }
}

/** Starts any program. */
export function startProgram(program: string, argv: readonly string[]): Daemon {
  // Away from the project, whose own config would make the hub watch folders.
  return daemonOf(spawn(program, argv, { stdio: ['pipe', 'pipe', 'pipe'], cwd: tmpdir() }))
}

/** Starts `mlops` with these words; `before` is a program that runs it, such as `ip netns exec NAME`. */
export function startMlops(argv: readonly string[], before: readonly string[] = []): Daemon {
  const words = [...before, process.execPath, `${DIST}/mlops.js`, ...argv]
  return startProgram(words[0]!, words.slice(1))
}

/** Waits until a daemon has said something that matches. */
export function saying(daemon: Daemon, words: RegExp, limitMs = 10_000): Promise<RegExpMatchArray> {
  return until(
    `a process says ${words}`,
    limitMs,
    () => daemon.said().match(words) ?? undefined,
    () => daemon.said().slice(-2000),
  )
}

/** Kills what a test left behind. */
export async function killAll(): Promise<void> {
  const left = [...started]
  for (const child of left) {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
  }
  await Promise.all(left.map((child) => (child.exitCode ?? child.signalCode) !== null || once(child, 'exit')))
}
