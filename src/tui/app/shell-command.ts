// The shell command that prints what the screen shows.
import { partsOf } from '../../core/lineage-nodes.ts'
import { sortText } from '../../resources/sort.ts'
import { type Facts, focused, metricKeys, resourceOf } from './facts.ts'
import { markedIds } from './list-marks.ts'
import type { View } from './ui-state.ts'

/** A word as a POSIX shell reads it. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** A value as a filter reads it. */
const filterWord = (word: string): string => (/^[\w.:/-]+$/.test(word) ? word : JSON.stringify(word))

// A word that begins with - would be taken for a flag.
const flag = (name: string, value: string): string =>
  value === '' ? '' : value.startsWith('-') ? ` --${name}=${quote(value)}` : ` --${name} ${quote(value)}`

/** The command for a screen. */
export function shellCommand(view: View, facts: Facts): string {
  switch (view.kind) {
    case 'list': {
      const sort = sortText(view.sort)
      const asked = sort === resourceOf(view.resource).sort ? '' : sort
      const columns = view.columns?.join(',') ?? ''
      const marked = markedIds(view, facts)
      const filter = marked.length > 0 ? `id=${marked.map(filterWord).join(',')}` : view.filter
      return `mlops get ${view.resource}${flag('filter', filter)}${flag('sort', asked)}${flag('columns', columns)}`
    }
    case 'details':
      return `mlops describe ${view.resource} ${quote(view.id)}`
    case 'json':
      return `mlops get ${view.resource} ${quote(view.id)} -o json`
    case 'lineage':
      return `mlops lineage ${quote(partsOf(view.node).key)}`
    case 'views':
      return 'mlops'
    case 'compare':
      return `mlops compare ${(view.versions.length > 0 ? view.versions : view.ids).map(quote).join(' ')}`
    case 'events':
      return view.span === null ? 'mlops events' : `mlops events --since ${view.span / 60_000}m`
    case 'logs': {
      const since = view.since === null ? '' : ` --since ${new Date(view.since).toISOString()}`
      return `mlops logs ${view.ids.map(quote).join(' ')}${since}${view.follow ? ' -f' : ''}`
    }
    case 'charts': {
      const keys = metricKeys(facts.world, view)
      const shown = view.full ? keys.slice(focused(keys, view)).slice(0, 1) : keys
      const command = (id: string) => `mlops series ${quote(id)} ${shown.map(quote).join(' ')}`
      return `${view.ids.map(command).join('; ')}${view.x === 'step' ? '' : ` --x ${view.x}`}`
    }
  }
}
