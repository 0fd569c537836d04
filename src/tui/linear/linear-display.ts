// The console for screen readers: lines are added at the end, nothing is drawn over. A key says what it led
// to, a change of the data says only what changed.
import { complete, offered } from '../app/completion.ts'
import type { ConsoleStore, Shown } from '../app/console-store.ts'
import type { Dialog, Prompt } from '../app/ui-state.ts'
import { type Spoken, speak } from './spoken.ts'
import { statusSentences } from './status-sentences.ts'

/** Where lines go. */
export interface LinearDisplay {
  /** Tells everything in sight again. */
  again(): void
  /** Everything in sight, as text. */
  text(): string
  close(): void
}

/** A sentence without its numbers and their units: what moves all the time is not told by itself. */
const still = (text: string): string =>
  text.replace(/[-+]?\d+(?:[.,:]\d+)*(?:e[-+]?\d+)?\s?[a-zA-Z%]{0,3}(?![a-zA-Z])/g, '#')

const whole = ({ title, lines, current }: Spoken): string[] => [
  title,
  ...lines,
  ...(current && lines.length === 0 ? [current.text] : []),
]

/** Lines of a scrolled text that were not in sight before, or that say something else now. */
function newLines(before: Spoken, now: Spoken): string[] {
  const last = before.first + before.lines.length
  return now.lines.filter((line, i) => {
    const at = now.first + i
    if (at < before.first || at >= last) return true
    return still(before.lines[at - before.first]!) !== still(line)
  })
}

function currentLine(before: Spoken, now: Spoken): string[] {
  if (!now.current) return []
  const moved = before.current?.at !== now.current.at
  return moved || still(before.current?.text ?? '') !== still(now.current.text) ? [now.current.text] : []
}

function screenLines(before: Spoken | undefined, now: Spoken): string[] {
  if (!before || before.screen !== now.screen) return whole(now)
  const title = before.title === now.title ? [] : [now.title]
  const lines = newLines(before, now)
  // The line under the cursor is told once.
  const current = currentLine(before, now).filter((text) => !lines.some((line) => text.endsWith(line)))
  return [...title, ...lines, ...current]
}

const questionLines = (dialog: Dialog): string[] => [
  `Question: ${dialog.text}`,
  ...dialog.items,
  dialog.word === null
    ? 'Enter does it, Escape leaves everything as it is.'
    : `Type ${dialog.word} and Enter.`,
]

interface Told {
  readonly shown: Shown
  readonly status: readonly string[]
  readonly spoken: Spoken
}

/** What has changed between two moments, a line each. */
function changes(before: Told | undefined, now: Told): string[] {
  const { message, dialog, prompt } = now.shown.state
  const was = before?.shown.state
  const lines = now.status.filter((line, i) => line !== '' && line !== before?.status[i])
  if (message && message !== was?.message) lines.push(`${message.text}.`.replace(/([.?!])\.$/, '$1'))
  if (dialog && dialog.deed !== was?.dialog?.deed) lines.push(...questionLines(dialog))
  else if (dialog && dialog.typed !== was?.dialog?.typed) lines.push(`Typed: ${dialog.typed}`)
  if (prompt && prompt.chosen >= 0 && prompt.chosen !== was?.prompt?.chosen) {
    const offer = offered(complete(now.shown.state, now.shown.facts), prompt)
    if (offer !== undefined) lines.push(`Offered: ${offer}`)
  }
  // A filter works while it is typed; its rows are told when it is done.
  return prompt ? lines : [...lines, ...screenLines(before?.spoken, now.spoken)]
}

const NAMES: Readonly<Record<Prompt['kind'], string>> = {
  command: 'Command: ',
  filter: 'Filter: ',
  search: 'Search: ',
}

/** The line being typed: what is added at its end is added on the screen, all else is written anew. */
function createPromptLine(print: (text: string) => void) {
  let line: string | null = null
  return {
    /** Ends the line, so that others can follow. */
    end() {
      if (line !== null) print('\r\n')
      line = null
    },
    show(prompt: Prompt | null) {
      if (!prompt) return this.end()
      const next = NAMES[prompt.kind] + prompt.text
      if (next === line) return
      if (line !== null && next.startsWith(line)) print(next.slice(line.length))
      else {
        this.end()
        print(next)
      }
      line = next
    },
  }
}

/** Shows the console as lines; `print` writes to the terminal. */
export function showLines(store: ConsoleStore, print: (text: string) => void): LinearDisplay {
  const typed = createPromptLine(print)
  let told: Told | undefined
  const look = (): Told => {
    const shown = store.snapshot()
    return { shown, status: statusSentences(shown), spoken: speak(shown) }
  }
  const update = (): void => {
    const now = look()
    const lines = changes(told, now)
    // The screen is told when the prompt closes, not while something is typed over it.
    told = now.shown.state.prompt && told ? { ...now, spoken: told.spoken } : now
    if (lines.length > 0) typed.end()
    for (const line of lines) print(`${line}\r\n`)
    typed.show(now.shown.state.prompt)
  }
  const stop = store.subscribe(update)
  const { version } = store.snapshot().surroundings
  print(`mlops ${version}, in sentences. ? lists the keys, Ctrl-L tells everything again, q ends.\r\n`)
  update()
  return {
    again() {
      told = undefined
      update()
    },
    text() {
      const { status, spoken } = look()
      return [...status.filter(Boolean), ...whole(spoken)].join('\n')
    },
    close() {
      stop()
      typed.end()
    },
  }
}
