// Programs that live as long as the console that embeds the hub (mlops.config.ts, `companions`).
import { type ChildProcess, spawn } from 'node:child_process'
import type { LoadedConfig } from '../config.ts'

/** Lines of a companion's complaints that are kept for the operator. */
const KEPT_CHARS = 2000

function start(root: string, command: readonly string[]): ChildProcess {
  const [program, ...args] = command
  const file = program === 'node' ? process.execPath : program!
  // Its stdin is a pipe from us: it closes however we end, also by kill -9.
  return spawn(file, args, { cwd: root, stdio: ['pipe', 'ignore', 'pipe'] })
}

/** Starts the companions of a config; `trouble` is told in words when one ends. The returned function ends them. */
export function startCompanions(
  { companions, root }: LoadedConfig,
  trouble: (text: string) => void,
): () => void {
  let stopping = false
  const children = companions.map(({ name, command }) => {
    const child = start(root, command)
    let complaints = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      complaints = (complaints + bytes.toString()).slice(-KEPT_CHARS)
    })
    child.stdin?.on('error', () => {})
    child.on('error', (error) => trouble(`${name} did not start: ${error.message}`))
    child.on('exit', (code, signal) => {
      if (!stopping)
        trouble(`${name} ended (${signal ?? `code ${code}`}): ${complaints.trim().split('\n').at(-1) ?? ''}`)
    })
    return child
  })
  return () => {
    stopping = true
    for (const child of children) child.kill('SIGTERM')
  }
}
