// Where one is: the way from the first screen to this one, the filter, and how many rows it leaves.
import type { Theme } from '../terminal/style.ts'
import { ellipsis, exactLines, paintedWidth } from './painted.ts'

/** What the crumbs show. */
export interface CrumbsData {
  /** From the first screen to this one. */
  readonly path: readonly string[]
  readonly filter?: string
  /** Said behind the count, such as how many rows are marked. */
  readonly note?: string
  /** Rows that pass the filter, and rows in all. */
  readonly count?: { readonly shown: number; readonly total: number }
}

function way(path: readonly string[], theme: Theme): string {
  const sign = theme.paint('dim', theme.unicode ? ' › ' : ' > ')
  return path.map((name, i) => theme.paint(i === path.length - 1 ? 'title' : 'dim', name)).join(sign)
}

function counted({ shown, total }: { shown: number; total: number }): string {
  return shown === total ? String(total) : `${shown}/${total}`
}

/** Paints the crumbs; names at the start go first when room is short. */
export function crumbsPanel(data: CrumbsData, width: number, height: number, theme: Theme): string[] {
  const count = data.count ? theme.paint('dim', `[${counted(data.count)}]`) : ''
  const filter = data.filter ? theme.paint('match', `/${data.filter}`) : ''
  const note = data.note ? theme.paint('marked', data.note) : ''
  const tail = [count, note, filter].filter(Boolean).join(' ')
  const room = width - (tail === '' ? 0 : paintedWidth(tail) + 1)
  let from = 0
  let text = way(data.path, theme)
  while (from < data.path.length - 1 && paintedWidth(text) > room) {
    from++
    text = way([ellipsis(theme), ...data.path.slice(from)], theme)
  }
  return exactLines([tail === '' ? text : `${text} ${tail}`], width, height)
}
