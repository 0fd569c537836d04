// `:project`: lists of one project, until it is cleared.
import { describe, expect, test } from 'vitest'
import type { Shown } from '../../../src/tui/app/console-store.ts'
import { plainText } from '../../../src/tui/panels/painted.ts'
import { crumbLines } from '../../../src/tui/screens/chrome.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { drive, listOf } from './driving.ts'

function withProjects() {
  const console = drive(12, 120, 30)
  const { link } = console.hub
  const world = link.world()
  const projects = new Map([
    ['risk', { id: 'risk', experiments: ['none-*'], models: ['churn'], quotaBytes: null }],
    ['other', { id: 'other', experiments: ['*'], models: [], quotaBytes: null }],
  ])
  link.world = () => ({ ...world, state: { ...world.state, projects } })
  console.change()
  return console
}
const ids = (console: ReturnType<typeof drive>) =>
  console
    .facts()
    .rows(listOf(console))
    .items.map(({ id }) => id)

describe(':project', () => {
  test('leaves what belongs to it, in every list, and without a name all again', () => {
    const console = withProjects()
    console.command('models')
    expect(ids(console)).toEqual(expect.arrayContaining(['churn', 'ranker']))
    console.command('project risk')
    expect(ids(console)).toEqual(['churn'])
    console.command('runs')
    expect(ids(console)).toEqual([])
    console.command('hosts')
    expect(ids(console).length).toBeGreaterThan(0)
    console.command('project')
    console.command('models')
    expect(ids(console)).toHaveLength(2)
  })

  test('goes with a filter, also with one that says or', () => {
    const console = withProjects()
    console.command('project risk')
    console.command('versions version=1 or version=2')
    expect(ids(console).sort()).toEqual(['churn/1', 'churn/2'])
    expect(listOf(console).filter).toBe('version=1 or version=2')
  })

  test('stands in the crumbs', () => {
    const console = withProjects()
    const crumbs = () => {
      const surroundings = { theme: createTheme({ depth: 0, unicode: true }) }
      const shown = { state: console.state, facts: console.facts(), surroundings } as unknown as Shown
      return plainText(crumbLines(shown, 80, 1)[0]!).trim()
    }
    expect(crumbs()).toMatch(/^runs /)
    console.command('project other')
    expect(crumbs()).toMatch(/^project other › runs /)
  })

  test('that is none is said to be none', () => {
    const console = withProjects()
    console.command('project nothing')
    expect(console.state.message?.text).toBe('no project "nothing"; :projects lists them')
    expect(console.state.project).toBeNull()
  })
})
