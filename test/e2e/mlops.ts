// Runs the built command as a user does: real processes, real folders, real terminals.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type IPty, spawn as spawnPty } from 'node-pty'

const root = resolve(import.meta.dirname, '..', '..')
const program = join(root, 'dist', 'mlops.js')

/** A place of its own for a test: folders, environment, and what was started in it. */
export interface Place {
  readonly folder: string
  /** Runs a command to its end. */
  run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>
  /** Starts the console in a terminal. */
  console(...args: string[]): IPty
  /** Starts a training program that logs into `folder/runs`. */
  train(...args: string[]): ChildProcess
  remove(): void
}

/** Makes a place; its state lies in it too. */
export function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-e2e-'))
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    XDG_STATE_HOME: join(folder, 'state'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  }
  for (const name of ['CI', 'NODE_ENV', 'NO_COLOR', 'FORCE_COLOR']) delete env[name]
  const started: { kill(signal: string): unknown }[] = []
  return {
    folder,
    async run(...args) {
      try {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], {
          cwd: folder,
          env,
          maxBuffer: 1 << 28,
        })
        return { code: 0, stdout, stderr }
      } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
        return { code, stdout, stderr }
      }
    },
    console(...args) {
      const pty = spawnPty(process.execPath, [program, ...args], {
        name: 'xterm-256color',
        cols: 120,
        rows: 40,
        cwd: folder,
        env,
      })
      started.push({ kill: (signal) => pty.kill(signal) })
      return pty
    },
    train(...args) {
      const child = spawn(
        process.execPath,
        [join(root, 'fixtures/train/train.mjs'), '--out', join(folder, 'runs'), ...args],
        { stdio: 'ignore' },
      )
      started.push({ kill: (signal) => child.kill(signal as NodeJS.Signals) })
      return child
    },
    remove() {
      for (const one of started) {
        try {
          one.kill('SIGKILL')
        } catch {
          // it ended by itself
        }
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Resolves when `holds` does; rejects with `what` after `limitMs`. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for: ${what}`)
    await new Promise((next) => setTimeout(next, 50))
  }
}

/** Points of each metric that the CSV logs below a folder hold: cells that are not empty, by path and column. */
export function csvCounts(folder: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of readdirSync(folder)) {
    let text: string
    try {
      text = readFileSync(join(folder, name, 'metrics.csv'), 'utf8')
    } catch {
      continue
    }
    const [header = '', ...rows] = text.split('\n').filter((line) => line !== '')
    const columns = header.split(',')
    for (const row of rows)
      for (const [i, cell] of row.split(',').entries())
        if (cell !== '' && columns[i] !== 'step') {
          const key = `${name} ${columns[i]}`
          counts.set(key, (counts.get(key) ?? 0) + 1)
        }
  }
  return counts
}
