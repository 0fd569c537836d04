// The help, made of the same tables that keys, commands and nouns run on.
import type { DetailSection } from '../panels/details.ts'
import { bindingsOf, scopeOf } from './bindings.ts'
import { commands } from './commands.ts'
import { resourceOf } from './facts.ts'
import { currentView, type UiState } from './ui-state.ts'

const FILTERS: DetailSection = {
  title: 'Filters',
  rows: [
    ['word "two words"', 'anywhere in the row, upper and lower case alike'],
    ['/regex/', 'the same with a regular expression'],
    ['status=failed,killed', 'equal to any of them; * stands for any text; =null: missing'],
    ['loss<0.5 lr>=1e-3', 'metrics and params by their names, compared as numbers'],
    ['started>=2026-01-05', 'times, UTC'],
    ['name~^resnet', 'a regular expression over one field'],
    ['!word  not (a or b) and c', 'not binds closest, then and (or just a space), then or'],
  ],
}

function columnsSection(state: UiState): DetailSection[] {
  const view = currentView(state)
  if (view.kind !== 'list') return []
  const { headings, name } = resourceOf(view.resource)
  return [{ title: `Columns of ${name}`, rows: headings.map(({ key, doc }) => [key, doc]) }]
}

const ownKeys = ({ keys }: UiState): DetailSection[] =>
  keys.size === 0
    ? []
    : [
        {
          title: 'Your keys, on every screen',
          rows: [...keys].map(([key, line]) => [key, `:${line}`, 'text']),
        },
      ]

/** What the help says about the screen below it. */
export function helpSections(state: UiState): DetailSection[] {
  const keys = bindingsOf(scopeOf({ ...state, help: null, prompt: null }))
  return [
    { title: 'Keys here', rows: keys.map(({ label, doc }) => [label, doc, 'text']) },
    ...ownKeys(state),
    {
      title: 'Commands (a key of your own can give any of them: keys in the config)',
      rows: commands.map(({ name, aliases, argument, doc }) => [
        [`:${name}`, argument].filter(Boolean).join(' '),
        aliases.length > 0 ? `${doc} (also ${aliases.map((alias) => `:${alias}`).join(' ')})` : doc,
      ]),
    },
    FILTERS,
    ...columnsSection(state),
    { title: 'While typing', rows: bindingsOf('prompt').map(({ label, doc }) => [label, doc, 'text']) },
  ]
}
