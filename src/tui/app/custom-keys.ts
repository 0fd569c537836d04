// Keys that a user gives to commands. They hold on every screen, beside the console's own.
import { findBinding, SCREENS } from './bindings.ts'
import { findCommand } from './commands.ts'

/** Keys as keyName writes them, and the command line that each gives. */
export type CustomKeys = ReadonlyMap<string, string>

/** Keys, or what is wrong with the first bad one. */
export type ReadKeys = { readonly keys: CustomKeys } | { readonly problem: string }

const MODIFIERS: Readonly<Record<string, string>> = {
  ctrl: 'ctrl-',
  control: 'ctrl-',
  alt: 'alt-',
  meta: 'alt-',
  shift: 'shift-',
}
const NAMED =
  /^(enter|escape|tab|space|backspace|delete|insert|home|end|pageup|pagedown|up|down|left|right|f([1-9]|1[0-2]))$/
const SHORT: Readonly<Record<string, string>> = {
  esc: 'escape',
  return: 'enter',
  del: 'delete',
  pgup: 'pageup',
  pgdn: 'pagedown',
}
/** The terminal driver's own, and what many terminals send for another key. */
const TAKEN: Readonly<Record<string, string>> = {
  'ctrl-z': 'stops the console',
  'ctrl-i': 'it is Tab',
  'ctrl-j': 'it is Enter',
  'ctrl-m': 'it is Enter',
  'ctrl-h': 'it is Backspace',
  'ctrl-[': 'it is Escape',
}

/** `ctrl+r`, `Ctrl-R`, `F5`, `shift+f5`, `b` as keyName writes them; undefined for what is no key. */
export function readKey(text: string): string | undefined {
  const parts = text.trim().split(/[+-](?=.)/u)
  const last = parts.pop() ?? ''
  const held = new Set(parts.map((part) => MODIFIERS[part.toLowerCase()]))
  if (held.has(undefined)) return undefined
  const single = [...last].length === 1
  if (single && held.delete('shift-')) return held.size > 0 ? undefined : last.toUpperCase()
  const lower = last.toLowerCase()
  const key = single ? (held.size > 0 ? lower : last) : (SHORT[lower] ?? lower)
  if (!single && !NAMED.test(key)) return undefined
  return ['ctrl-', 'alt-', 'shift-'].filter((one) => held.has(one)).join('') + key
}

/** What a key does already on some screen; undefined for a free one. */
function takenBy(key: string): string | undefined {
  for (const scope of SCREENS) {
    const binding = findBinding(scope, key)
    if (binding) return binding.doc
  }
  return TAKEN[key]
}

/** Reads keys as a config has them. The problem names the field. */
export function readKeys(raw: Readonly<Record<string, string>>): ReadKeys {
  const keys = new Map<string, string>()
  for (const [written, line] of Object.entries(raw)) {
    const field = `keys.${written}`
    const key = readKey(written)
    if (key === undefined) return { problem: `${field}: that is no key; write ctrl+r, alt+x, f5 or a letter` }
    const taken = takenBy(key)
    if (taken !== undefined) return { problem: `${field}: the key has a meaning already (${taken})` }
    if (keys.has(key)) return { problem: `${field}: the same key is given twice` }
    const command = line.trim().replace(/^:/, '')
    const [word = ''] = command.split(/\s/)
    if (!findCommand(word)) return { problem: `${field}: no command "${word}"; the help lists them` }
    keys.set(key, command)
  }
  return { keys }
}
