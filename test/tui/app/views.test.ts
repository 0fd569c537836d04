// The saved views as a screen.
import { describe, expect, test } from 'vitest'
import { drive, listOf } from './driving.ts'

function withViews() {
  const console = drive()
  console.command('runs status=failed')
  console.command('save broken')
  console.command('hosts')
  console.command('save machines')
  console.command('views')
  return console
}

describe(':views', () => {
  test('opens the view under the cursor', () => {
    const console = withViews()
    console.press('j', 'j', 'k', 'enter')
    expect(listOf(console)).toMatchObject({ resource: 'runs', filter: 'status=failed' })
    console.press('-', 'G', 'enter')
    expect(listOf(console).resource).toBe('hosts')
  })

  test('forgets a view after a question that names it, and stands on the next one', () => {
    const console = withViews()
    console.press('ctrl-d')
    expect(console.state.dialog?.text).toBe('Forget the view "broken"?')
    console.press('escape')
    expect(Object.keys(console.state.choices.views)).toHaveLength(2)
    console.press('G', 'ctrl-d', 'enter', 'enter')
    expect(listOf(console).filter).toBe('status=failed')
    expect(Object.keys(console.state.choices.views)).toEqual(['broken'])
  })

  test('renames a view; a name that is taken is refused', () => {
    const console = withViews()
    console.press('r')
    expect(console.state.prompt?.text).toBe('rename broken')
    console.press('ctrl-w')
    console.type('what failed')
    console.press('enter')
    expect(Object.keys(console.state.choices.views).sort()).toEqual(['machines', 'what failed'])
    console.command('rename machines')
    expect(console.state.message?.text).toBe('there is a view "machines" already')
    console.press('enter')
    expect(listOf(console).filter).toBe('status=failed')
  })

  test('without any says how to save one', () => {
    const console = drive()
    console.command('views')
    for (const key of ['enter', 'r', 'ctrl-d']) {
      console.press(key)
      expect(console.state.message?.text, key).toContain(':save NAME')
    }
    console.press('j', 'G')
    expect(console.view).toMatchObject({ kind: 'views', index: 0 })
  })

  test('changes nothing where nothing may be changed', () => {
    const views = { mine: { resource: 'runs', filter: '', sort: '', columns: null } }
    const console = drive(12, 80, 24, { readOnly: true, choices: { sort: {}, columns: {}, views } })
    console.command('views')
    console.press('ctrl-d')
    expect(console.state.dialog).toBeNull()
    console.command('rename other')
    expect(console.state.choices.views).toEqual(views)
  })
})
