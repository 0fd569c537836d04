// The console over a hub that is the same each time, for pictures of its screens. Arguments: the number
// of runs; `lost` for a hub that is gone, `full` for one whose disk is, `flaky` for one that SIGUSR1 takes and gives back, `offline` for one
// whose host SIGUSR1 takes, `prints` for a run that prints a line at SIGUSR1, `read-only`, `screen-reader`; a file for preferences. Signals: SIGUSR1 adds a run,
// SIGUSR2 waits until all points are shown, lets 30 ticks pass in which nothing happens, and says so with a
// title, SIGWINCH is the terminal's.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Preferences } from '../../src/tui/app/choices.ts'
import type { Clock } from '../../src/tui/app/clock.ts'
import { fakeHub, NOW } from './world.ts'

process.env.NODE_ENV = 'production'
const { runConsole } = await import('../../src/tui/console.tsx')

const [runs = '12', mode = '', file] = process.argv.slice(2)
const hub = fakeHub(Number(runs))
if (mode === 'lost') hub.lose('connection refused')
if (mode === 'full') hub.ail('only 3 MiB free in /var/lib/mlops, taking nothing until there is room')

const timers = new Set<() => void>()
/** Questions to the hub, and moments in which answers are gathered. */
let busy = 0
const clock: Clock = {
  now: () => NOW,
  after(ms, run) {
    // Answers of the hub are gathered for a moment; that moment is real, all else waits for a signal.
    if (ms < 100) {
      busy++
      setTimeout(() => {
        busy--
        run()
      }, ms)
      return () => {}
    }
    timers.add(run)
    return () => void timers.delete(run)
  },
}

function tick(): void {
  const due = [...timers]
  timers.clear()
  for (const run of due) run()
}

let printed = 0
let lost = false
function flicker(): void {
  lost = !lost
  if (lost) hub.lose('connection refused')
  else hub.regain()
}

function kept(path: string): Preferences {
  return {
    load() {
      try {
        return JSON.parse(readFileSync(path, 'utf8'))
      } catch {
        return undefined
      }
    },
    save: (choices) => writeFileSync(path, JSON.stringify(choices)),
  }
}

process.on('SIGUSR1', () => {
  if (mode === 'flaky') flicker()
  else if (mode === 'offline') hub.dropHost()
  else if (mode === 'prints') hub.print(`printed ${++printed}`)
  else hub.grow()
  tick()
})
process.on('SIGUSR2', async () => {
  while (busy > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  for (let i = 0; i < 30; i++) {
    hub.poke()
    tick()
    await new Promise((resolve) => setImmediate(resolve))
  }
  // OSC 0 and not OSC 2, which the console itself writes.
  process.stdout.write('\u001b]0;thirty ticks\u0007')
})

const code = await runConsole({
  stdin: process.stdin,
  stdout: process.stdout,
  env: process.env,
  link: {
    ...hub.link,
    async lines(query) {
      busy++
      const page = await hub.link.lines(query)
      setImmediate(() => busy--)
      return page
    },
    async points(query) {
      busy++
      const columns = await hub.link.points(query)
      setImmediate(() => busy--)
      return columns
    },
  },
  version: '0.1.0',
  where: '/data/logs',
  clock,
  readOnly: mode === 'read-only',
  screenReader: mode === 'screen-reader',
  preferences: file === undefined ? undefined : kept(file),
})
process.exit(code)
