// Commands about the list in sight: order, columns, filter.
import { parseFilter } from '../../resources/filter.ts'
import { parseSort } from '../../resources/sort.ts'
import { withColumns } from './choices.ts'
import { type Command, columnPaths, onList, wholePath, wrong } from './command.ts'
import { type Facts, resourceOf } from './facts.ts'
import { selectedId, settleList } from './list-cursor.ts'
import { sorted } from './list-moves.ts'
import { push, replace } from './navigation.ts'
import { detailsView, type ListView, only, type UiState } from './ui-state.ts'

/** Whole paths of words, or the first word that names no column. */
function pathsOf(
  state: UiState,
  { resource }: ListView,
  words: readonly string[],
  facts: Facts,
): { readonly paths: readonly string[] } | { readonly unknown: string } {
  const known = columnPaths(state, facts)
  const paths: string[] = []
  for (const word of words) {
    const path = wholePath(resourceOf(resource), word, known)
    if (path === undefined) return { unknown: `${resource} have no column "${word}"` }
    paths.push(path)
  }
  return { paths: [...new Set(paths)] }
}

const sort: Command = {
  name: 'sort',
  aliases: [],
  argument: 'COLUMN[,-COLUMN]',
  doc: 'sorts the list; - for falling, params.lr and metrics.loss work too; none for the usual order',
  run: onList((state, view, argument, facts) => {
    const keys = parseSort(argument || resourceOf(view.resource).sort)
    const found = pathsOf(
      state,
      view,
      keys.map(({ path }) => path),
      facts,
    )
    if ('unknown' in found) return wrong(state, found.unknown)
    const order = found.paths.map((path, i) => ({ path, falling: keys[i]?.falling ?? false }))
    return only(sorted(state, view, facts, order))
  }),
  candidates: (state, facts) => columnPaths(state, facts).flatMap((path) => [path, `-${path}`]),
}

const columns: Command = {
  name: 'columns',
  aliases: ['cols'],
  argument: '[A,B,...]',
  doc: 'chooses the columns and their order; none for the usual ones, params.lr and metrics.loss work too',
  run: onList((state, view, argument, facts) => {
    const words = argument.split(/[\s,]+/).filter((word) => word !== '')
    const found = pathsOf(state, view, words, facts)
    if ('unknown' in found) return wrong(state, found.unknown)
    const chosen = found.paths.length > 0 ? found.paths : null
    const choices = withColumns(state.choices, view.resource, chosen)
    return only(replace({ ...state, choices }, { ...view, columns: chosen }))
  }),
  candidates: columnPaths,
}

const filter: Command = {
  name: 'filter',
  aliases: [],
  argument: '[FILTER]',
  doc: 'filters the list, as / does',
  run: onList((state, view, argument, facts) => {
    const parsed = parseFilter(argument)
    if (!parsed.ok) return wrong(state, `filter: ${parsed.reason}, at character ${parsed.at + 1}`)
    const next = { ...view, filter: argument }
    return only(settleList(replace(state, next), next, facts))
  }),
}

const describe: Command = {
  name: 'describe',
  aliases: ['d'],
  argument: '',
  doc: 'everything about the selected row',
  run: onList((state, view, _, facts) => {
    const id = selectedId(view, facts)
    return id === undefined
      ? wrong(state, 'no row is selected')
      : only(push(state, detailsView(view.resource, id)))
  }),
}

/** Commands about the list in sight. */
export const listCommands: readonly Command[] = [sort, columns, filter, describe]
