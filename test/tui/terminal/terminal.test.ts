// The driver on a real pseudo-terminal, seen through a terminal emulator.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import xterm from '@xterm/headless'
import { build } from 'esbuild'
import { type IPty, spawn } from 'node-pty'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const COLUMNS = 200
const ROWS = 50
const folder = mkdtempSync(join(tmpdir(), 'mlops-terminal-'))
const program = join(folder, 'console.mjs')
const running: IPty[] = []

beforeAll(async () => {
  const entry = new URL('fixtures/console.ts', import.meta.url).pathname
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    logLevel: 'error',
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

/** Runs a program on a terminal; everything it writes goes to an emulator. */
function open(command = process.execPath, args = [program, join(folder, 'over')]) {
  const env = { PATH: process.env.PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: '$ ' }
  const pty = spawn(command, args, { cols: COLUMNS, rows: ROWS, env, encoding: 'utf8' })
  running.push(pty)
  const term = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true })
  const session = {
    pty,
    term,
    data: '',
    exit: undefined as { exitCode: number; signal?: number } | undefined,
  }
  const waiters = new Set<() => void>()
  const wake = (): void => {
    for (const waiter of waiters) waiter()
  }
  pty.onData((chunk) => {
    session.data += chunk
    term.write(chunk, wake)
  })
  pty.onExit((exit) => {
    session.exit = exit
    term.write('', wake)
  })
  const text = (): string =>
    Array.from({ length: term.rows }, (_, y) => {
      const { active } = term.buffer
      return active.getLine(active.baseY + y)?.translateToString(true, 0, term.cols) ?? ''
    }).join('\n')
  /** Resolves when the condition holds after some output; the test's time limit is the only clock. */
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
  const ended = (): Promise<void> => until(() => session.exit !== undefined)
  return Object.assign(session, { text, until, shows, ended })
}

type Session = ReturnType<typeof open>

async function ready(): Promise<Session> {
  const session = open()
  await session.shows(`size=${COLUMNS}x${ROWS}`)
  await session.shows(`${'y'.repeat(COLUMNS - 1)}0`)
  return session
}

/** The terminal is as a shell expects it. */
function expectRestored({ term, data }: Session): void {
  expect(term.buffer.active.type).toBe('normal')
  expect(term.modes).toMatchObject({
    bracketedPasteMode: false,
    sendFocusMode: false,
    wraparoundMode: true,
    mouseTrackingMode: 'none',
  })
  expect(data.lastIndexOf('\u001b[?25h')).toBeGreaterThan(data.lastIndexOf('\u001b[?25l'))
}

describe('while it runs', () => {
  it('has the alternate screen at full height, without wrapping and without a cursor', async () => {
    const session = await ready()
    expect(session.term.buffer.active.type).toBe('alternate')
    expect(session.term.modes).toMatchObject({
      bracketedPasteMode: true,
      sendFocusMode: true,
      wraparoundMode: false,
    })
    expect(session.data).toContain('\u001b[?25l')
    expect(session.text().split('\n')[ROWS - 1]).toBe(`${'y'.repeat(COLUMNS - 1)}0`)
  })

  it('writes at most 64 bytes for one changed cell', async () => {
    const session = await ready()
    session.data = ''
    session.pty.write('c')
    await session.shows('y1')
    expect(Buffer.byteLength(session.data)).toBeLessThanOrEqual(64)
    expect(session.data).toBe(`\u001b[${ROWS};${COLUMNS}H1`)
  })

  it('writes nothing while idle', async () => {
    const session = await ready()
    session.data = ''
    session.pty.write('i')
    await session.shows('idle is over')
    expect(session.data.indexOf('\u001b[1Hidle is over')).toBe(0)
  })

  it('tells keys, pastes, focus and the mouse', async () => {
    const session = await ready()
    session.pty.write('\u001b[5~')
    await session.shows('told=key pageup;')
    session.pty.write('\u001b[200~a:q\u001b[201~')
    await session.shows('told=paste a:q;')
    session.pty.write('\u001b[O')
    await session.shows('told=focus false;')
    session.pty.write('m')
    await session.until(() => session.term.modes.mouseTrackingMode === 'drag')
    session.pty.write('\u001b[<64;3;4M')
    await session.shows('told=mouse wheelup 2,3;')
    session.pty.write('\u001b')
    await session.shows('told=key escape;')
  })

  it('paints all at a new size', async () => {
    const session = await ready()
    session.term.resize(100, 30)
    session.pty.resize(100, 30)
    await session.shows('size=100x30')
    await session.until(() => session.text().split('\n')[29] === `${'y'.repeat(99)}0`)
    expect(session.text().split('\n')[28]).toBe('x'.repeat(100))
  })

  it('copies through the terminal', async () => {
    const session = await ready()
    session.pty.write('y')
    await session.until(() => session.data.includes('\u001b]52;c;aGk=\u0007'))
    expect(session.exit).toBeUndefined()
  })

  it('lends the terminal to a program and takes it back', async () => {
    const session = await ready()
    session.data = ''
    session.pty.write('s')
    await session.until(() => session.data.includes('done') && session.data.includes('\u001b[?1049h'))
    const lent = session.data.slice(
      session.data.indexOf('\u001b[?1049l'),
      session.data.indexOf('\u001b[?1049h'),
    )
    expect(lent).toMatch(/inside[\s\S]* icanon[\s\S]* echo /)
    expect(lent).not.toMatch(/told|\u001b\[[\d;]*H/)
    await session.shows('told=back;')
    expect(session.term.buffer.active.type).toBe('alternate')
    session.pty.write('\u001b[A')
    await session.shows('told=key up;')
  })

  it('never clears the screen or the scrollback', async () => {
    const session = await ready()
    session.pty.write('cccs')
    await session.until(() => session.data.includes('done'))
    expect(session.data).not.toMatch(/\u001b\[[0-3]?J/)
  })
})

describe('on a terminal that answers', () => {
  /** The emulator knows mode 2026 and no kitty keyboard; that answer is given for it. */
  async function answering(kitty = false): Promise<Session> {
    const session = open()
    session.term.onData((answer) =>
      session.pty.write(kitty ? answer.replace(/^\u001b\[\?1;2c/, '\u001b[?0u$&') : answer),
    )
    await session.shows(`${'y'.repeat(COLUMNS - 1)}0`)
    return session
  }

  it('shows frames of several runs in one go, and one changed cell as before', async () => {
    const session = await answering()
    session.pty.write('\u001b[A')
    await session.shows('told=key up;')
    session.data = ''
    session.pty.write('\u001b[B')
    await session.shows('told=key down;')
    session.pty.write('c')
    await session.shows('y1')
    session.data = ''
    session.pty.write('c')
    await session.shows('y2')
    expect(session.data).toBe(`\u001b[${ROWS};${COLUMNS}H2`)
    session.data = ''
    session.term.resize(100, 30)
    session.pty.resize(100, 30)
    await session.shows('size=100x30')
    expect(session.data).toMatch(/^\u001b\[\?2026h[\s\S]*\u001b\[\?2026l$/u)
  })

  it('uses the kitty keyboard while it has the terminal, and only then', async () => {
    const session = await answering(true)
    await session.until(() => session.data.includes('\u001b[>1u'))
    session.pty.write('\u001b[27u')
    await session.shows('told=key escape;')
    session.data = ''
    session.pty.write('s')
    await session.until(() => session.data.includes('done') && session.data.includes('\u001b[>1u'))
    expect(session.data.indexOf('\u001b[<u')).toBeLessThan(session.data.indexOf('\u001b[?1049l'))
    session.pty.write('q')
    await session.ended()
    expect(session.data.lastIndexOf('\u001b[<u')).toBeGreaterThan(session.data.lastIndexOf('\u001b[>1u'))
    expectRestored(session)
  })

  it('leaves no late answer to the shell', async () => {
    const session = open('bash', ['--norc', '--noprofile', '--noediting', '-i'])
    await session.shows('$')
    session.pty.write(`${process.execPath} ${program} ${join(folder, 'over')}\r`)
    await session.shows('told=nothing;')
    rmSync(join(folder, 'over'), { force: true })
    session.pty.write('w')
    await expect.poll(() => existsSync(join(folder, 'over')), { timeout: 8000 }).toBe(true)
    session.pty.write('\u001b[?2026;2$y\u001b[?1;2c')
    rmSync(join(folder, 'over'))
    await session.until(() => session.term.buffer.active.type === 'normal')
    session.pty.write('echo clean\r')
    // Behind the prompt, or on a line of its own where the prompt was there before the command.
    await session.until(() => /^(?:.*\$ )?clean *$/m.test(session.text()))
    expect(session.text()).not.toMatch(/2026|1;2c/)
    session.pty.write('exit\r')
    await session.ended()
  })
})

describe('on a link that takes nothing', () => {
  it('goes on working, drops frames and then shows the newest', async () => {
    const session = await ready()
    session.pty.pause()
    session.pty.write('f')
    await expect.poll(() => existsSync(join(folder, 'over')), { timeout: 8000 }).toBe(true)
    expect(session.text()).toContain('told=nothing;')
    session.pty.resume()
    await session.shows('told=flood over;')
    session.pty.write('\u001b[A')
    await session.shows('skipped=true')
  })

  it('still ends on SIGTERM', async () => {
    const session = await ready()
    rmSync(join(folder, 'over'), { force: true })
    session.pty.pause()
    session.pty.write('f')
    await expect.poll(() => existsSync(join(folder, 'over')), { timeout: 8000 }).toBe(true)
    process.kill(session.pty.pid, 'SIGTERM')
    const alive = (): boolean => {
      try {
        return process.kill(session.pty.pid, 0)
      } catch {
        return false
      }
    }
    await expect.poll(alive, { timeout: 5000 }).toBe(false)
  })
})

describe('every way out restores the terminal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s, with code %i', async (signal, code) => {
    const session = await ready()
    session.pty.kill(signal)
    await session.ended()
    expect(session.exit?.exitCode).toBe(code)
    expectRestored(session)
  })

  it.each([
    ['process.exit', 'x', 3],
    ['a close and an empty event loop', 'q', 0],
    ['the mouse on', 'mq', 0],
  ])('%s', async (_, keys, code) => {
    const session = await ready()
    session.pty.write(keys)
    await session.ended()
    expect(session.exit?.exitCode).toBe(code)
    expectRestored(session)
  })

  it.each([
    ['a thrown error', 'e', 'Error: boom'],
    ['a rejected promise', 'r', 'Error: rejected'],
  ])('%s, whose message then stands on the normal screen', async (_, keys, message) => {
    const session = await ready()
    session.pty.write(keys)
    await session.ended()
    expect(session.exit?.exitCode).toBe(1)
    expectRestored(session)
    expect(session.text()).toContain(message)
  })
})

describe('job control', () => {
  it('Ctrl-Z gives the terminal to the shell, fg takes it back, to be drawn anew', async () => {
    const session = open('bash', ['--norc', '--noprofile', '--noediting', '-i'])
    await session.shows('$')
    session.pty.write(`${process.execPath} ${program} ${join(folder, 'over')}\r`)
    await session.shows('told=nothing;')
    session.pty.write('\u001a')
    await session.shows('Stopped')
    expectRestored(session)
    session.pty.write('fg\r')
    await session.shows('told=nothing;')
    expect(session.term.buffer.active.type).toBe('alternate')
    session.pty.write('\u001b[B')
    await session.shows('told=key down;')
    session.pty.write('q')
    await session.until(() => session.term.buffer.active.type === 'normal')
    session.pty.write('exit\r')
    await session.ended()
  })

  it('comes back by itself where nothing can stop it', async () => {
    const session = await ready()
    session.data = ''
    session.pty.write('\u001a')
    await session.until(
      () => session.data.includes('\u001b[?1049l') && session.data.includes('\u001b[?1049h'),
    )
    await session.shows('told=nothing;')
    session.pty.write('\u001b[A')
    await session.shows('told=key up;')
  })

  it.runIf(process.platform === 'linux')('draws anew after a stop it could not see coming', async () => {
    const session = await ready()
    const tty = readlinkSync(`/proc/${session.pty.pid}/fd/0`)
    process.kill(session.pty.pid, 'SIGSTOP')
    execFileSync('stty', ['-F', tty, 'sane'])
    session.data = ''
    process.kill(session.pty.pid, 'SIGCONT')
    await session.until(() => session.data.includes('told=nothing;'))
    expect(session.term.buffer.active.type).toBe('alternate')
    expect(execFileSync('stty', ['-F', tty, '-a']).toString()).toContain('-icanon')
  })
})

it('refuses what is no terminal', async () => {
  const session = open('sh', ['-c', `echo | ${process.execPath} ${program}`])
  await session.ended()
  expect(session.text()).toContain('needs a terminal on stdin and stdout')
})
