// LIKE: `%` stands for any text, `_` for one character. No regular expression: its backtracking could take for ever.

const isPair = (text: string, at: number): boolean => text.codePointAt(at)! > 0xffff

/** Whether `text` is like `pattern`, case by case; takes at most their lengths' product of steps. */
export function isLike(text: string, pattern: string): boolean {
  let at = 0
  let p = 0
  // Where the last `%` stands, and from where in the text what follows it is tried next.
  let star = -1
  let retry = 0
  while (at < text.length) {
    const wanted = pattern[p]
    if (wanted === '%') {
      star = p++
      retry = at
    } else if (wanted === '_') {
      at += isPair(text, at) ? 2 : 1
      p++
    } else if (wanted === text[at]) {
      at++
      p++
    } else if (star >= 0) {
      at = ++retry
      p = star + 1
    } else return false
  }
  while (pattern[p] === '%') p++
  return p === pattern.length
}
