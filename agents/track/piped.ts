// Standard input that is tracked: passed through until it ends, or a signal ends us.
import { codeOf, pass, type Take } from './command.ts'

/** How it ended. */
export interface PipedEnd {
  readonly code: number
  readonly signal: NodeJS.Signals | null
}

/** After an interrupt the program before us says its last words: so long they are waited for, ms. */
const LAST_WORDS_MS = 5_000
/** What happens at once may be seen so far apart, ms. */
const TOGETHER_MS = 50

/** Reads standard input to its end. Never rejects. */
export function readPiped(take: Take): Promise<PipedEnd> {
  return new Promise((resolve) => {
    let interrupted = false
    const end = (signal: NodeJS.Signals | null) => resolve({ code: signal ? codeOf(signal) : 0, signal })
    process.on('SIGINT', () => {
      if (interrupted) return end('SIGINT')
      interrupted = true
      setTimeout(() => end('SIGINT'), LAST_WORDS_MS).unref()
    })
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(signal))
    pass(process.stdin, process.stdout, take)
    // An interrupt reaches all programs of a pipe at once: the end of our input may be seen before it.
    process.stdin.once('close', () => setTimeout(() => end(interrupted ? 'SIGINT' : null), TOGETHER_MS))
  })
}
