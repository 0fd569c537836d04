// The question above the footer, before something that cannot be taken back.
import type { Shown } from '../app/console-store.ts'
import { frame } from '../panels/frame.ts'
import { exactLines } from '../panels/painted.ts'

/** Paints the question and the word being typed. */
export function dialogLines({ state, surroundings }: Shown, width: number, height: number): string[] {
  const { dialog } = state
  if (!dialog || height < 1) return []
  const { theme } = surroundings
  const answer =
    dialog.word === null
      ? theme.paint('dim', 'Enter does it, Esc leaves everything as it is')
      : `${theme.paint('dim', `type ${dialog.word} and Enter:`)} ${dialog.typed}${theme.paint('selected', ' ')}`
  const inside = exactLines([` ${theme.paint('bold', dialog.text)}`, ` ${answer}`], Math.max(0, width - 2), 2)
  return frame(inside, { title: 'Sure?', tone: 'danger' }, width, height, theme)
}
