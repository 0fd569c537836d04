// The question above the footer, before something that cannot be taken back.
import type { Shown } from '../app/console-store.ts'
import { DIALOG_ITEMS } from '../app/layout.ts'
import type { Dialog } from '../app/ui-state.ts'
import { frame } from '../panels/frame.ts'
import { exactLines, paintFit } from '../panels/painted.ts'

/** What a question is about, one a line, at most `rows`; the last line counts what has no room. */
export function namedItems({ items }: Pick<Dialog, 'items'>, rows: number): string[] {
  if (items.length <= rows) return [...items]
  const named = items.slice(0, Math.max(0, rows - 1))
  return rows < 1 ? [] : [...named, `and ${items.length - named.length} more`]
}

/** Paints the question and the word being typed. */
export function dialogLines({ state, surroundings }: Shown, width: number, height: number): string[] {
  const { dialog } = state
  if (!dialog || height < 1) return []
  const { theme } = surroundings
  const answer =
    dialog.word === null
      ? theme.paint('dim', 'Enter does it, Esc leaves everything as it is')
      : `${theme.paint('dim', `type ${dialog.word} and Enter:`)} ${dialog.typed}${theme.paint('selected', ' ')}`
  const room = Math.max(0, width - 2)
  const named = namedItems(dialog, Math.min(DIALOG_ITEMS, height - 4))
  const lines = [
    ` ${theme.paint('bold', dialog.text)}`,
    ...named.map((item) => `   ${paintFit(theme, 'text', item, Math.max(0, room - 4))}`),
    ` ${answer}`,
  ]
  return frame(
    exactLines(lines, room, lines.length),
    { title: 'Sure?', tone: 'danger' },
    width,
    height,
    theme,
  )
}
