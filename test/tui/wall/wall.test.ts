// The wallboard on a real pseudo-terminal over a prepared store, seen through a terminal emulator.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import xterm from '@xterm/headless'
import { build } from 'esbuild'
import { type IPty, spawn } from 'node-pty'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PointBuffer, toWirePoints } from '../../../src/protocol/points.ts'
import { openStore } from '../../../src/store/store.ts'

const root = join(import.meta.dirname, '../../..')
let folder: string
let program: string
let store: string
const running: IPty[] = []

/** Two hosts, a run with a NaN, one whose name is full of blessed's tags. */
function prepare(file: string): void {
  const opened = openStore(file)
  const points = new PointBuffer()
  for (let step = 0; step < 50; step++) {
    points.add('run1', 'loss', step, 1000 + step, step === 30 ? Number.NaN : 2 / (step + 1))
    points.add('run2', 'loss', step, 1000 + step, -step)
    points.add('host1', 'cpu', step, 1000 + step, 42)
  }
  const taken = points.take()
  const frame = JSON.stringify({ type: 'batch', seq: 1, points: toWirePoints(taken) })
  const connected = { role: 'training' as const, version: '1', epoch: 'e' }
  const found = { experiment: 'x', source: 'csv', started: null }
  opened.commit([
    {
      by: 'agent:host1',
      events: [
        { type: 'host.connected', at: 1, about: 'host1', data: { name: 'gpu-one', ...connected } },
        { type: 'host.connected', at: 1, about: 'host2', data: { name: 'gpu-two', ...connected } },
        { type: 'host.disconnected', at: 2, about: 'host2', data: { reason: 'no heartbeat' } },
        { type: 'run.found', at: 3, about: 'run1', data: { name: 'adam', path: '/1', ...found } },
        {
          type: 'run.found',
          at: 3,
          about: 'run2',
          data: { name: '{bold}{red-fg}sgd', path: '/2', ...found },
        },
      ],
      batch: {
        from: { agent: 'host1', epoch: 'e', seq: 1, mark: { high: 1, beyond: [] } },
        points: taken,
        frame,
      },
    },
  ])
  opened.close()
}

beforeAll(async () => {
  folder = mkdtempSync(join(root, 'node_modules/.wall-test-'))
  program = join(folder, 'out', 'wall.js')
  store = join(folder, 'store.db')
  mkdirSync(join(folder, 'out'))
  prepare(store)
  await build({
    absWorkingDir: root,
    entryPoints: [join(import.meta.dirname, 'fixtures/wall.ts')],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outdir: join(folder, 'out'),
    logLevel: 'error',
    // What stays outside of dist too, and the console, which is not started here.
    external: [
      'better-sqlite3',
      'dockerode',
      'node-cron',
      'blessed',
      'blessed-contrib',
      'jiti',
      './console-verb.ts',
    ],
    define: { __MLOPS_VERSION__: '"test"' },
    banner: {
      js: `import { createRequire as __load } from 'node:module'; const require = __load(import.meta.url);`,
    },
  })
})
afterEach(() => {
  for (const pty of running.splice(0)) {
    try {
      process.kill(pty.pid, 'SIGKILL')
    } catch {
      // Ended by itself, as most do.
    }
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the wallboard on a terminal of this size. */
function open(
  columns: number,
  rows: number,
  args = ['--store', store],
  more: Record<string, string> = {},
  [command, words]: [string, string[]] = [process.execPath, [program, ...args]],
) {
  const env = { PATH: process.env.PATH, HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...more }
  const pty = spawn(command, words, { cols: columns, rows, env, encoding: 'utf8' })
  running.push(pty)
  const term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const session = { pty, term, data: '', exit: undefined as number | undefined }
  const waiters = new Set<() => void>()
  const wake = (): void => {
    for (const waiter of waiters) waiter()
  }
  pty.onData((chunk) => {
    session.data += chunk
    term.write(chunk, wake)
  })
  pty.onExit(({ exitCode }) => {
    session.exit = exitCode
    term.write('', wake)
  })
  const text = (): string =>
    Array.from({ length: term.rows }, (_, y) => {
      const { active } = term.buffer
      return active.getLine(active.baseY + y)?.translateToString(true, 0, term.cols) ?? ''
    }).join('\n')
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return
        waiters.delete(check)
        resolve()
      }
      waiters.add(check)
      check()
    })
  const shows = (part: string): Promise<void> => until(() => text().includes(part))
  return Object.assign(session, { text, until, shows, ended: () => until(() => session.exit !== undefined) })
}

function expectRestored({ term, data }: ReturnType<typeof open>): void {
  expect(term.buffer.active.type).toBe('normal')
  expect(term.modes).toMatchObject({
    bracketedPasteMode: false,
    wraparoundMode: true,
    mouseTrackingMode: 'none',
  })
  expect(data.lastIndexOf('\u001b[?25h')).toBeGreaterThan(data.lastIndexOf('\u001b[?25l'))
}

describe('mlops wall', () => {
  it.each([
    [80, 24],
    [200, 50],
  ])('shows hosts, runs, alerts and a chart at %ix%i', async (columns, rows) => {
    const session = open(columns, rows)
    await session.shows('gpu-one')
    await session.shows('offline')
    await session.shows('adam loss')
    await session.until(() => /[⠁-⣿]{12}/u.test(session.text()))
    // A picture may arrive in pieces.
    await session.shows('gpu-two is offline')
    await session.until(() => /^└.*┘$/u.test(session.text().split('\n').at(-1) ?? ''))
    expect(session.text()).toContain('1 not finite')
    expect(session.text()).toContain('{bold}{red-fg}sgd')
    // Every frame is whole: nothing of one part stands in another.
    const lines = session.text().split('\n').slice(1)
    expect(lines).toHaveLength(rows - 1)
    for (const line of lines) expect(line).toMatch(/^[┌│└].*[┐│┘]$/u)
    session.pty.write('q')
    await session.ended()
    expect(session.exit).toBe(0)
    expectRestored(session)
  })

  it.each([
    ['Ctrl-C', 0],
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ])('restores the terminal on %s, and ends with code %i', async (way, code) => {
    const session = open(80, 24)
    await session.shows('gpu-one')
    if (way === 'Ctrl-C') session.pty.write('\u0003')
    else session.pty.kill(way)
    await session.ended()
    expect(session.exit).toBe(code)
    expectRestored(session)
  })

  it('follows the size of the terminal, also below the least', async () => {
    const session = open(100, 30)
    await session.shows('gpu-one')
    session.term.resize(40, 10)
    session.pty.resize(40, 10)
    await session.shows('the wall needs 60 by 18 cells')
    session.term.resize(120, 40)
    session.pty.resize(120, 40)
    await session.until(() => /^└.*┘$/u.test(session.text().split('\n')[39] ?? ''))
    expect(session.text()).toContain('gpu-one')
  })

  it('stops on Ctrl-Z with the terminal given back, and is drawn anew by fg', async () => {
    const command = `${process.execPath} ${program} --store ${store}`
    const session = open(100, 30, [], { PS1: '$ ' }, ['bash', ['--norc', '--noprofile', '--noediting', '-i']])
    await session.shows('$')
    session.pty.write(`${command}\r`)
    await session.until(
      () => session.term.buffer.active.type === 'alternate' && session.text().includes('gpu-two'),
    )
    session.pty.write('\u001a')
    await session.shows('Stopped')
    expect(session.term.buffer.active.type).toBe('normal')
    session.pty.write('fg\r')
    await session.until(
      () => session.term.buffer.active.type === 'alternate' && session.text().includes('gpu-two'),
    )
    session.pty.write('q')
    await session.until(() => session.term.buffer.active.type === 'normal')
    session.pty.write('exit\r')
    await session.ended()
  })

  it.each([
    ['no UTF-8', ['--store', 'x'], { LANG: 'C' }, 'needs a UTF-8 terminal'],
    ['two places', ['--store', 'x', '--dir', 'y'], {}, 'exclude each other'],
    ['a word', ['runs'], {}, 'takes no words'],
  ])('refuses %s with code 2 and a hint', async (_, args, env, message) => {
    const session = open(80, 24, args, env)
    await session.ended()
    expect(session.exit).toBe(2)
    expect(session.text()).toContain(message)
    expect(session.text()).toContain('hint:')
  })

  it('refuses a pipe with code 2', async () => {
    const { execFile } = await import('node:child_process')
    const { error, stderr } = await new Promise<{ error: { code?: unknown } | null; stderr: string }>(
      (resolve) =>
        execFile(process.execPath, [program, '--store', store], (error, _, stderr) =>
          resolve({ error, stderr }),
        ),
    )
    expect(error?.code).toBe(2)
    expect(stderr).toMatch(/needs a terminal\n {2}hint: /)
  })
})
