// Records what a source emits, and writes fake machines: /proc trees and an nvidia-smi that is a real process.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createRecorder } from '../recorder.ts'

/** The shared recorder, read as a host's: `values` are the points since the last `clear`, by key. */
export function recorder() {
  const emit = createRecorder()
  const { points, events } = emit
  return {
    emit,
    points,
    events,
    clear: () => void points.splice(0),
    values: () => Object.fromEntries(points.map(({ key, value }) => [key, value])),
    described: () => events.flatMap((event) => (event.type === 'host.described' ? [event.data] : [])),
    problems: () => events.flatMap((event) => (event.type === 'source.problem' ? [event.data] : [])),
  }
}

export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-host-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Writes files, by path, below `dir`. */
export function write(dir: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content)
  }
}

const HEADER =
  'index, name, uuid, utilization.gpu [%], memory.used [MiB], memory.total [MiB], temperature.gpu, power.draw [W]'

/** A row of the fake card `index`. */
export const row = (index: number, utilization: string) =>
  `${index}, Fake F100 ${index}, GPU-${index}, ${utilization}, 2048 MiB, 8192 MiB, 61, 250.50 W`

/**
 * A fake nvidia-smi: a real program that notes its pid, arguments and locale in `starts` and then runs
 * `body`, which may call print(...lines), again(...lines) to print every 20 ms, and read `life` (1, 2, ...).
 */
export function fakeNvidiaSmi(body: string) {
  const dir = folder()
  const [program, log] = [join(dir, 'nvidia-smi'), join(dir, 'starts')]
  const source = `#!${process.execPath}
const fs = require('node:fs')
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify({ pid: process.pid, args: process.argv.slice(2), locale: process.env.LC_ALL }) + '\\n')
const life = fs.readFileSync(${JSON.stringify(log)}, 'utf8').trim().split('\\n').length
const header = ${JSON.stringify(HEADER)}
const print = (...lines) => fs.writeSync(1, lines.join('\\n') + '\\n')
const again = (...lines) => { print(header, ...lines); setInterval(() => print(...lines), 20) }
${body}
`
  writeFileSync(program, source)
  chmodSync(program, 0o755)
  const starts = (): { pid: number; args: string[]; locale: string }[] => {
    try {
      const lines = readFileSync(log, 'utf8').trim().split('\n')
      return lines.map((line) => JSON.parse(line))
    } catch {
      return []
    }
  }
  return { program, starts }
}

/** True while a process of that id lives. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
