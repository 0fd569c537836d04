// Runs the fixture on a real pseudo-terminal and reads its screen through an emulator.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import xterm from '@xterm/headless'
import { build } from 'esbuild'
import { type IPty, spawn } from 'node-pty'

const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`

/** Bundles the fixture into a new folder; returns folder and program. */
export async function bundleFixture(): Promise<{ folder: string; program: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-frames-'))
  const program = join(folder, 'fixture.mjs')
  await build({
    entryPoints: [new URL('fixture.ts', import.meta.url).pathname],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // Ink's developer tools, which are not installed, stay in a chunk that is never loaded.
    splitting: true,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: REQUIRE },
    external: ['react-devtools-core', 'blessed', 'blessed-contrib', 'ink-table', 'better-sqlite3'],
  })
  return { folder, program }
}

/** A console on a terminal. */
export interface ConsoleSession {
  readonly pty: IPty
  readonly term: InstanceType<typeof xterm.Terminal>
  /** Everything written so far; may be set to ''. */
  data: string
  exitCode: number | undefined
  /** The terminal's title, set in order with the screen. */
  title: string
  text(): string
  /** Resolves when the condition holds; the test's time limit is the only clock. */
  until(holds: () => boolean): Promise<void>
  shows(...parts: string[]): Promise<void>
  keys(text: string): void
}

/** Opens the console. `args` are the fixture's. */
export function openConsole(
  program: string,
  columns: number,
  rows: number,
  args: readonly string[] = [],
  extraEnv: Readonly<Record<string, string>> = {},
): ConsoleSession {
  const env = { PATH: process.env.PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...extraEnv }
  const pty = spawn(process.execPath, [program, ...args], { cols: columns, rows, env, encoding: 'utf8' })
  const windowOptions = { pushTitle: true, popTitle: true }
  const term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, windowOptions })
  const waiters = new Set<() => void>()
  const wake = (): void => {
    for (const waiter of [...waiters]) waiter()
  }
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
  const session: ConsoleSession = {
    pty,
    term,
    data: '',
    exitCode: undefined,
    title: '',
    text,
    until,
    shows: (...parts) => until(() => parts.every((part) => text().includes(part))),
    keys: (keys) => pty.write(keys),
  }
  pty.onData((chunk) => {
    session.data += chunk
    term.write(chunk, wake)
  })
  term.onTitleChange((title) => {
    session.title = title
  })
  pty.onExit(({ exitCode }) => {
    session.exitCode = exitCode
    term.write('', wake)
  })
  return session
}
