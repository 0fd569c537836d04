// Keeps passwords and tokens, as far as they can be told by their names, out of what is sent to the hub.

const SECRET = /(^|[-_.])(api[-_]?key|key|token|secret|password|passwd|pwd|credentials?)$/i

/** A URL without the user and password in it. */
export const withoutLogin = (url: string) => url.replace(/^([a-z][a-z0-9+.-]{0,20}:\/\/)[^/@]*@/i, '$1')

/** Words of a command line; the values of flags that name a secret become `***`. */
export function hideSecrets(words: readonly string[]): string[] {
  return words.map((word, i) => {
    const flag = /^(-{0,2}[\w.-]+)=/.exec(word)?.[1]
    if (flag !== undefined) return SECRET.test(flag) ? `${flag}=***` : word
    const before = words[i - 1] ?? ''
    return before.startsWith('-') && !word.startsWith('-') && SECRET.test(before) ? '***' : word
  })
}
