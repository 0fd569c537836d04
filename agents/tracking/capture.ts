// Runs a small program and takes what it prints: bounded in time and bytes, never in the way of the agent.
import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** A user and a group, by number. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Bounds of a program. */
export interface CaptureOptions {
  readonly env?: NodeJS.ProcessEnv
  /** Longest it may take, ms; 10 s unless said. */
  readonly timeoutMs?: number
  /** Most that is taken, bytes; 1 MiB unless said. */
  readonly maxBytes?: number
  /** Who runs it; this agent's own user unless said, which takes root. */
  readonly as?: Owner
}

/** What a program said. */
export interface Captured {
  /** Exit code; null when it was ended, `failure` says why. */
  readonly code: number | null
  readonly output: Buffer
  /** There was more. */
  readonly cut: boolean
  /** Its last words on stderr, or why it could not run; empty when it was well. */
  readonly failure: string
  /** No such program is installed. */
  readonly absent: boolean
}

const MAX_WORDS = 2_000

/** Runs a program to its end. Never rejects. */
export function capture(
  command: string,
  args: readonly string[],
  options: CaptureOptions = {},
): Promise<Captured> {
  const { env = process.env, timeoutMs = 10_000, maxBytes = 1 << 20, as = {} } = options
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      windowsHide: true,
      ...as,
    })
    const chunks: Buffer[] = []
    let size = 0
    let cut = false
    let said = ''
    const timer = setTimeout(() => {
      said = `it took longer than ${timeoutMs / 1000} s`
      child.kill('SIGKILL')
    }, timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      if (size < maxBytes) chunks.push(chunk.subarray(0, maxBytes - size))
      size += chunk.length
      if (size <= maxBytes || cut) return
      cut = true
      child.kill('SIGKILL')
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, MAX_WORDS)
    })
    const end = (code: number | null, absent = false) => {
      clearTimeout(timer)
      resolve({ code, output: Buffer.concat(chunks), cut, failure: said.trim(), absent })
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      said = error.message
      end(null, error.code === 'ENOENT')
    })
    child.on('close', (code) => end(code))
    try {
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
    } catch {
      // It is over already, or may not be slowed down.
    }
  })
}
