// Runs a reading verb: checks its words, opens what it reads from, ends it with the signal.
import { findVerb, readCommand } from '../cli/commands.ts'
import { verbHelp } from '../cli/help.ts'
import { streamOutput } from '../cli/output.ts'
import { cleanText } from '../protocol/text.ts'

/** What a verb that does not watch the signal may still take to end, ms. */
const GRACE_MS = 300

function end(ending: AbortController): void {
  ending.abort()
  setTimeout(() => process.exit(130), GRACE_MS).unref()
}

/** The exit code of a reading verb; undefined when the word is none. Rejects with what toCliError explains. */
export async function runReading(word: string, argv: readonly string[]): Promise<number | undefined> {
  const verb = findVerb(word)
  if (!verb) return undefined
  const command = readCommand(verb, argv)
  if (command.kind === 'help') {
    process.stdout.write(verbHelp(verb))
    return 0
  }
  const { openSession } = await import('./session.ts')
  const session = await openSession({ ...command.place, pages: command.pages })
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(ending))
  try {
    const out = streamOutput(process.stdout, process.stdout.isTTY && !process.env.NO_COLOR)
    const note = (text: string) => void process.stderr.write(`mlops: ${cleanText(text)}\n`)
    return await command.run({ link: session.link, out, now: Date.now, note, signal: ending.signal })
  } finally {
    await session.close()
  }
}
