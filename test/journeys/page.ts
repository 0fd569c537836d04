// The console as a person meets it: what is on the screen, what is typed, what is in the clipboard.
import { type ConsoleSession, openConsole } from '../frames/screen.ts'

/** A console in front of a person. */
export interface Page {
  readonly session: ConsoleSession
  /** The text on the screen. */
  text(): string
  /** The line on the screen that holds a text; '' when none does. */
  line(part: string): string
  /** Types keys as they are. */
  press(keys: string): void
  /** Types a command and Enter. */
  command(line: string): void
  /** Types a filter, or what is looked for, and Enter. */
  filter(text: string): void
  /** Resolves when all texts are on the screen. */
  sees(...texts: (string | RegExp)[]): Promise<void>
  /** Resolves when a text is no longer on the screen. */
  misses(text: string): Promise<void>
  /** What was copied last; undefined for nothing. */
  clipboard(): string | undefined
  /** Something happens at the hub: a run more, or the link goes or comes back. */
  happen(): void
  end(): void
}

/** How a page is opened. */
export interface PageOptions {
  readonly columns?: number
  readonly rows?: number
  /** Arguments of the fixture: runs, mode, file of preferences. */
  readonly args?: readonly string[]
}

/** Opens the console and waits for its first frame. */
export async function openPage(
  program: string,
  { columns = 120, rows = 40, args = [] }: PageOptions = {},
): Promise<Page> {
  const session = openConsole(program, columns, rows, args)
  const shows = (wanted: string | RegExp) =>
    typeof wanted === 'string' ? session.text().includes(wanted) : wanted.test(session.text())
  const page: Page = {
    session,
    text: session.text,
    line: (part) =>
      session
        .text()
        .split('\n')
        .find((line) => line.includes(part)) ?? '',
    press: session.keys,
    command: (line) => session.keys(`:${line}\r`),
    filter: (text) => session.keys(`/${text}\r`),
    sees: (...texts) => session.until(() => texts.every(shows)),
    misses: (text) => session.until(() => !shows(text)),
    clipboard() {
      const copied = [...session.data.matchAll(/\u001b\]52;[^;]*;([A-Za-z0-9+/=]+)/g)].at(-1)?.[1]
      return copied === undefined ? undefined : Buffer.from(copied, 'base64').toString('utf8')
    },
    happen: () => process.kill(session.pty.pid, 'SIGUSR1'),
    end() {
      if (session.exitCode === undefined) process.kill(session.pty.pid, 'SIGKILL')
    },
  }
  await page.sees('mlops', '<?> help')
  return page
}
