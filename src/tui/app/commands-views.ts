// Commands about saved views: a list's noun, filter, order and columns under a name.
import { openSaved, savedOf, viewNamed, withView } from './choices.ts'
import { type Command, onList, wrong } from './command.ts'
import { ask } from './dialog.ts'
import { goTo, say } from './navigation.ts'
import { currentView, only, viewsView } from './ui-state.ts'
import { viewNames as names, renameView } from './views-moves.ts'

const save: Command = {
  name: 'save',
  aliases: [],
  argument: 'NAME',
  doc: 'saves the list under a name: noun, filter, order, columns; :view NAME opens it',
  whole: true,
  run: onList((state, view, name) => {
    if (name === '') return wrong(state, 'under which name? :save NAME')
    const known = viewNamed(state.choices, name) !== undefined
    const choices = withView(state.choices, name, savedOf(view))
    return only(say({ ...state, choices }, `view "${name}" ${known ? 'replaced' : 'saved'}`))
  }),
  candidates: names,
}

const view: Command = {
  name: 'view',
  aliases: [],
  argument: 'NAME',
  doc: 'opens a saved view',
  whole: true,
  run(state, name) {
    const saved = viewNamed(state.choices, name)
    if (saved) return only(goTo(state, openSaved(saved)))
    return wrong(
      state,
      name === '' ? 'which view? :views lists them' : `no view "${name}"; :views lists them`,
    )
  },
  candidates: names,
}

const views: Command = {
  name: 'views',
  aliases: [],
  argument: '',
  doc: 'the saved views: opens, renames and forgets them',
  run: (state) => only(goTo(state, viewsView)),
}

const rename: Command = {
  name: 'rename',
  aliases: [],
  argument: 'NAME',
  doc: 'gives the saved view under the cursor another name; for :views',
  whole: true,
  run(state, name, facts) {
    const view = currentView(state)
    if (view.kind !== 'views') return wrong(state, 'that is for saved views; :views lists them')
    return only(renameView(state, view, name, facts))
  },
}

const forget: Command = {
  name: 'forget',
  aliases: [],
  argument: 'NAME',
  doc: 'forgets a saved view, after a question',
  whole: true,
  run(state, name, facts) {
    if (viewNamed(state.choices, name) === undefined)
      return wrong(state, `no view "${name}"; :views lists them`)
    const text = `Forget the view "${name}"?`
    return only(ask(state, facts, { text, word: null, deed: { type: 'forget', name } }))
  },
  candidates: names,
}

/** Commands about saved views. */
export const viewCommands: readonly Command[] = [save, view, views, rename, forget]
