// A format whose code is loaded when the first file that may be of it is found: the agent starts small.
import type { FileFormat } from './format.ts'

/** What of a format is known before it is loaded. */
export type FormatOutline = Omit<FileFormat, 'load' | 'sniff' | 'open'>

/** What of a format is loaded. */
export type FormatParts = Pick<FileFormat, 'sniff' | 'open'>

/** Makes a format of its outline; `load` brings the rest. */
export function lazyFormat(outline: FormatOutline, load: () => Promise<FormatParts>): FileFormat {
  let parts: FormatParts | undefined
  const loaded = () => {
    if (!parts) throw new Error(`the format ${outline.name} is used before it is loaded`)
    return parts
  }
  return {
    ...outline,
    async load() {
      parts ??= await load()
    },
    sniff: (head, fileName) => loaded().sniff(head, fileName),
    open: (saved, filePath) => loaded().open(saved, filePath),
  }
}
