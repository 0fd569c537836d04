// The training program of the fault tests: appends rows to every log until it is told to stop. A process of
// its own, because what it has written must not depend on what is killed around it.
// argv: folder, rows a second and log, first row.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOGS, rowsText } from './rows.ts'

const TICK_MS = 40
const [folder = '.', rate = '100', first = '0'] = process.argv.slice(2)
const rows = Math.max(1, Math.round((Number(rate) * TICK_MS) / 1000))
let next = Number(first)
let stopping = false

function append(file: string, text: string): void {
  // In two writes, so that a reader meets half a row now and then.
  const cut = Math.floor(text.length / 2)
  appendFileSync(join(folder, file), text.slice(0, cut))
  appendFileSync(join(folder, file), text.slice(cut))
}

function tick(): void {
  for (const file of Object.keys(LOGS)) append(file, rowsText(file, next, next + rows))
  next += rows
  if (stopping) process.exit(0)
}

process.stdin.on('data', () => {
  stopping = true
})
process.stdin.on('end', () => process.exit(0))
setInterval(tick, TICK_MS)
