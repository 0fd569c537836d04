// Runs the program that is tracked: its output passes through unchanged, signals reach it, its end is ours.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { readProc } from '../tracking/process-identity.ts'

/** Takes bytes as they come; what it does must be quick. */
export type Take = (chunk: Buffer) => void

/** How the program ended; `failure` when it could not be started. */
export interface CommandEnd {
  /** Exit code as a shell gives it: 128 and the signal's number, 127 for what is not found, 126 for what cannot be run. */
  readonly code: number
  readonly signal: NodeJS.Signals | null
  readonly failure?: string
}

/** Those that are passed on. */
const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
/** Those that a terminal sends to all programs in its foreground by itself. */
const OF_TERMINAL: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP'])
/** Output may be held open by what the program has left behind: so long is waited for more of it, ms. */
const QUIET_MS = 1_000

/** Passes bytes on at the pace of who reads them, and shows them to `take`. Where nobody reads, the source is closed. */
export function pass(from: Readable, to: Writable, take: Take): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.destroyed && !to.write(chunk)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
    take(chunk)
  })
  from.on('error', () => {})
  to.on('error', () => from.destroy())
}

/** True when the terminal's signals reach the program without us. */
function isInForeground(): boolean {
  const stat = readProc('/proc/self/stat')
  if (stat === undefined) return process.stdin.isTTY === true
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === foreground
}

/** The number that a shell gives for an end by signal. */
export const codeOf = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0)

function whyNot(error: NodeJS.ErrnoException, program: string): CommandEnd {
  const isAbsent = error.code === 'ENOENT'
  const why = isAbsent
    ? 'there is no such program'
    : error.code === 'EACCES'
      ? 'it may not be run'
      : error.message
  return { code: isAbsent ? 127 : 126, signal: null, failure: `cannot start ${program}: ${why}` }
}

/** Resolves when the stream has ended, or nothing came for a while and nobody is slow to read. */
function drained(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const check = () => (stream.isPaused() ? timer.refresh() : done())
    const timer = setTimeout(check, QUIET_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    if (stream.readableEnded || stream.destroyed) return done()
    stream.on('data', () => timer.refresh())
    stream.once('close', done)
  })
}

/** Runs a command to its end. `began` is called once it runs. Never rejects. */
export function runCommand(
  [program = '', ...args]: readonly string[],
  takes: { readonly out: Take; readonly err: Take; readonly began: () => void },
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    // Python keeps what it prints to a pipe back for long.
    const env = { PYTHONUNBUFFERED: '1', ...process.env }
    const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'pipe'], env })
    const forward = (signal: NodeJS.Signals) => {
      if (!OF_TERMINAL.has(signal) || !isInForeground()) child.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, forward)
    child.once('spawn', takes.began)
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(whyNot(error, program))
    })
    pass(child.stdout, process.stdout, takes.out)
    pass(child.stderr, process.stderr, takes.err)
    child.once('exit', async (code, signal) => {
      await Promise.all([drained(child.stdout), drained(child.stderr)])
      for (const each of SIGNALS) process.off(each, forward)
      resolve({ code: signal ? codeOf(signal) : (code ?? 1), signal })
    })
  })
}
