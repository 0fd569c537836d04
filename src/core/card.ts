// Model cards: descriptions in Markdown. The door for remote text has made their line breaks visible; here they are lines.

const BREAKS = /\u240d?\u240a|\r?\n/

/** The lines of a stored text, tabs as four blanks. */
export const linesOfText = (text: string): string[] => text.replaceAll('\u2409', '    ').split(BREAKS)

/** The first line that says something, without the marks of a heading; '' where none does. */
export const headline = (text: string): string =>
  linesOfText(text)
    .map((line) => line.replace(/^#{1,6}\s+/, '').trim())
    .find((line) => line !== '' && !/^-{3,}$/.test(line)) ?? ''

/** True for a text of several lines, or with the marks of a heading, list, quote or fence. */
export const isCard = (text: string): boolean =>
  BREAKS.test(text.replaceAll('\u240a', '\n').trim()) || /^\s*(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|>|```)/.test(text)
