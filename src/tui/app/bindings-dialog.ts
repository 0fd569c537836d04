// The keys of a question. Every other key that has a text adds to the word that is asked for.
import type { Binding } from './binding.ts'
import { confirm, decline, typeWord } from './dialog.ts'
import { only } from './ui-state.ts'

/** Keys of questions. */
export const dialogBindings: readonly Binding[] = [
  {
    keys: ['enter'],
    label: 'Enter',
    doc: 'does it, once the word that is asked for has been typed',
    hint: 'yes',
    scopes: ['dialog'],
    run: confirm,
  },
  {
    keys: ['escape', 'ctrl-g'],
    label: 'Esc',
    doc: 'leaves everything as it is',
    hint: 'no',
    scopes: ['dialog'],
    run: (state) => only(decline(state)),
  },
  {
    keys: ['backspace', 'ctrl-h'],
    label: 'Backspace',
    doc: 'deletes the last character',
    scopes: ['dialog'],
    run: (state) => only(typeWord(state, (typed) => typed.slice(0, -1))),
  },
  {
    keys: ['ctrl-u'],
    label: 'Ctrl-U',
    doc: 'deletes the whole word',
    scopes: ['dialog'],
    run: (state) => only(typeWord(state, () => '')),
  },
]
