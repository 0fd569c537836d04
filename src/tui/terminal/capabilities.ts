// What the terminal can show, read from the environment alone (SSH forwards little more than TERM).

/** Bits of colour: 0 none, 4 the 16 named colours, 8 the 256 palette, 24 true colour. */
export type Depth = 0 | 4 | 8 | 24

/** What is known of the terminal before it is asked anything. */
export interface Capabilities {
  readonly depth: Depth
  /** Characters outside ASCII may be drawn (UTF-8 locale, not the Linux console). */
  readonly unicode: boolean
  /** No cursor addressing: print once instead of opening the console. */
  readonly dumb: boolean
  readonly ssh: boolean
  readonly tmux: boolean
  readonly screen: boolean
}

type Env = Readonly<Record<string, string | undefined>>

const TRUE_COLOUR_TERM = /direct|kitty|ghostty|alacritty|wezterm|^foot/
const COLOUR_TERM = /^(xterm|screen|tmux|rxvt|linux|cygwin|konsole|putty|st|ansi|Eterm|contour|mintty)/

function forcedDepth(value: string): Depth | undefined {
  if (value === '0' || value === 'false') return 0
  if (value === '2') return 8
  return value === '3' ? 24 : undefined
}

function termDepth(env: Env, term: string, screen: boolean): Depth {
  const named = TRUE_COLOUR_TERM.test(term)
  const full = named || /^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')
  // GNU screen forwards COLORTERM of the outer terminal but garbles true colour.
  if (full) return screen ? 8 : 24
  if (/256/.test(term)) return 8
  return COLOUR_TERM.test(term) ? 4 : 0
}

function readDepth(env: Env, isTTY: boolean, byTerm: Depth): Depth {
  const force = env.FORCE_COLOR
  if (force !== undefined) return forcedDepth(force) ?? (byTerm === 0 ? 4 : byTerm)
  return env.NO_COLOR || !isTTY ? 0 : byTerm
}

/**
 * Reads TERM, COLORTERM, NO_COLOR, FORCE_COLOR (which wins), the locale, SSH and multiplexer
 * variables. Pure. FORCE_COLOR gives a dumb terminal colour, never cursor addressing.
 */
export function readCapabilities(env: Env, isTTY: boolean): Capabilities {
  const term = env.TERM ?? ''
  const dumb = term === '' || term === 'dumb' || term === 'unknown'
  const tmux = Boolean(env.TMUX) || term.startsWith('tmux')
  const screen = !tmux && (Boolean(env.STY) || term.startsWith('screen'))
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return {
    depth: readDepth(env, isTTY, dumb ? 0 : termDepth(env, term, screen)),
    unicode: !dumb && term !== 'linux' && /utf-?8/i.test(locale),
    dumb,
    ssh: Boolean(env.SSH_CONNECTION || env.SSH_TTY || env.SSH_CLIENT),
    tmux,
    screen,
  }
}
