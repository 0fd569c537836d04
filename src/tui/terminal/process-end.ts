// The ways a process ends, stops and goes on, and what each means for the terminal it holds.
import type { ReadStream, WriteStream } from 'node:tty'

/** What the terminal does when the process ends or stops. All must be idempotent. */
export interface EndHandlers {
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  /** Gives the terminal back, at once. */
  readonly restore: () => void
  /** Gives the terminal back and then calls `stopProcess`. */
  readonly stop: () => void
  /** The process goes on after a stop: takes the terminal again. */
  readonly resume: () => void
  /** Another program has the terminal: Ctrl-C and Ctrl-Z are meant for it. */
  readonly isLent: () => boolean
}

/** Hooks in place. */
export interface ProcessHooks {
  /** Stops the process group as Ctrl-Z does in a cooked terminal; calls `resume` when it goes on. */
  stopProcess(): void
  unhook(): void
}

const EXIT_SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
// The kernel does not stop an orphaned process group: then the console must come back by itself.
const STOP_REFUSED_MS = 100

function listen(handlers: EndHandlers, onStop: () => void, onContinue: () => void): () => void {
  const end = (code: number) => () => {
    handlers.restore()
    process.exit(128 + code)
  }
  const interrupt = (): void => {
    if (!handlers.isLent()) end(EXIT_SIGNALS.SIGINT)()
  }
  const hangUp = end(EXIT_SIGNALS.SIGHUP)
  const terminate = end(EXIT_SIGNALS.SIGTERM)
  const { stdin, stdout, restore } = handlers
  // After an uncaught error too: Node emits 'exit' before it prints the error, which so lands on the
  // normal screen.
  process.on('exit', restore)
  process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', hangUp)
  process.on('SIGTSTP', onStop).on('SIGCONT', onContinue)
  // A terminal can vanish without SIGHUP (setsid, nohup): reads end, writes fail.
  stdin.on('end', hangUp)
  stdin.on('error', hangUp)
  stdout.on('error', hangUp)
  return () => {
    process.off('exit', restore)
    process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', hangUp)
    process.off('SIGTSTP', onStop).off('SIGCONT', onContinue)
    stdin.off('end', hangUp)
    // Errors of writes still under way must not become uncaught exceptions.
    stdin.off('error', hangUp).on('error', () => {})
    stdout.off('error', hangUp).on('error', () => {})
  }
}

/** Installs the handlers of signals, errors, exit and hang-up. */
export function hookProcess(handlers: EndHandlers): ProcessHooks {
  let refused: NodeJS.Timeout | undefined
  const onStop = (): void => {
    // The program that has the terminal is stopped by the same signal; we stop with it.
    if (handlers.isLent()) process.kill(process.pid, 'SIGSTOP')
    else handlers.stop()
  }
  const onContinue = (): void => {
    clearTimeout(refused)
    if (handlers.isLent()) return
    process.off('SIGTSTP', onStop).on('SIGTSTP', onStop)
    handlers.resume()
  }
  const unlisten = listen(handlers, onStop, onContinue)
  return {
    stopProcess() {
      process.off('SIGTSTP', onStop)
      refused = setTimeout(onContinue, STOP_REFUSED_MS)
      // The whole group, for a parent such as npx would else keep the shell waiting.
      process.kill(0, 'SIGTSTP')
    },
    unhook() {
      clearTimeout(refused)
      unlisten()
    },
  }
}
