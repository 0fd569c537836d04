// Who has the terminal, and passing it on: raw mode, the modes of `modes.ts`, blocking writes, input.
import type { ReadStream, WriteStream } from 'node:tty'
import {
  ENTER,
  KITTY,
  leaveSequence,
  MOUSE,
  type NO_MODES,
  type PLAIN,
  TITLE,
  titleSequence,
  writeNow,
} from './modes.ts'
import { swallowAnswers } from './queries.ts'
import type { Sink } from './sink.ts'

type MaybeBlocking = WriteStream & { readonly _handle?: { setBlocking?(on: boolean): void } }

/**
 * Node makes a tty's writes block the whole process; on a slow link that freezes the console and hides
 * that the link is slow. There is no public switch. Given back it blocks again, so that last words
 * printed before `process.exit` are not lost.
 */
function setBlocking(stdout: MaybeBlocking, on: boolean): void {
  stdout._handle?.setBlocking?.(on)
}

/** Who has the terminal: us, a program we run, the shell (we are stopped), or it is given back. */
type Holder = 'console' | 'program' | 'shell' | 'closed'

interface PossessionOptions {
  readonly stdin: ReadStream
  readonly stdout: WriteStream & { readonly fd: number }
  readonly sink: Sink
  /** Lines are written on the normal screen, nothing is drawn: what is switched on for that, and its undoing. */
  readonly plain: typeof PLAIN | typeof NO_MODES | undefined
  readonly onData: (bytes: Buffer) => void
  /** The terminal is ours again; its size may be another. */
  readonly onReturn: () => void
  /** It was asked something and has not answered yet. */
  readonly awaitsAnswers: () => boolean
}

/** Passes the terminal between its holders. */
export function createPossession(options: PossessionOptions) {
  const { stdin, stdout, sink, plain, onData, onReturn, awaitsAnswers } = options
  const state = { holder: 'console' as Holder, mouse: false, kitty: false, title: null as string | null }
  const leave = (): string =>
    (plain?.leave ?? leaveSequence({ kitty: state.kitty, sync: sink.sync })) +
    (state.title === null ? '' : TITLE.restore)
  // While the console is still in sight: what is typed later is meant for the shell.
  const swallow = (): void => {
    if (awaitsAnswers()) swallowAnswers()
  }
  const enter = (): void => {
    // Off first: after a stop libuv still believes in raw mode and would do nothing.
    stdin.setRawMode(false).setRawMode(true)
    stdin.off('data', onData).on('data', onData).resume()
    setBlocking(stdout, false)
    const title = state.title === null ? '' : TITLE.keep + titleSequence(state.title)
    const drawn = ENTER + (state.mouse ? MOUSE.on : '') + (state.kitty ? KITTY.on : '')
    stdout.write((plain?.enter ?? drawn) + title)
  }
  const release = (): void => {
    stdin.off('data', onData).pause()
    stdin.setRawMode(false)
    setBlocking(stdout, true)
  }
  return {
    state,
    enter,
    /** Switches the kitty keyboard protocol on, now and whenever the terminal is ours. */
    setKitty() {
      if (!state.kitty && state.holder === 'console') stdout.write(KITTY.on)
      state.kitty = true
    },
    /** False when the terminal was not ours, or was closed meanwhile. */
    async lend(to: 'program' | 'shell'): Promise<boolean> {
      if (state.holder !== 'console') return false
      state.holder = to
      sink.hold()
      swallow()
      await new Promise((resolve) => stdout.write(leave(), resolve))
      if (state.holder !== to) return false
      release()
      return true
    },
    takeBack() {
      if (state.holder === 'closed') return
      state.holder = 'console'
      enter()
      onReturn()
      sink.release()
    },
    /** False when it was given back before. */
    giveBack(): boolean {
      if (state.holder === 'closed') return false
      if (state.holder === 'console') {
        swallow()
        writeNow(stdout.fd, leave())
        // What the link has not taken yet comes out after that: leave once more behind it.
        if (stdout.writableLength > 0) stdout.write(leave())
      }
      state.holder = 'closed'
      sink.hold()
      release()
      return true
    },
  }
}
