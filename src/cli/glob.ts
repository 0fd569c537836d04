// Keys by name or with `*` for any text, in time linear in the text.

function globTest(glob: string): (text: string) => boolean {
  const [head = '', ...rest] = glob.split('*')
  const tail = rest.pop() ?? ''
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail)) return false
    let at = head.length
    for (const part of rest) {
      const found = text.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= text.length - tail.length
  }
}

/** The keys that a word names: the key itself, else those that its `*` matches; case counts. */
export function keysMatching(word: string, keys: readonly string[]): string[] {
  if (keys.includes(word)) return [word]
  return word.includes('*') ? keys.filter(globTest(word)) : []
}
