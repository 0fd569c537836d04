// What the input end tells the console.

/** Modifier keys held. */
export interface Modifiers {
  readonly ctrl: boolean
  readonly alt: boolean
  readonly shift: boolean
}

/**
 * One key. `key` is a name ('enter', 'escape', 'up', 'pageup', 'f5', 'backspace', 'space', ...) or the
 * character itself ('a', 'G', '/'). `text` is what a text field inserts; absent with ctrl or alt.
 */
export interface KeyEvent extends Modifiers {
  readonly type: 'key'
  readonly key: string
  readonly text?: string
}

/** Pasted text, with \n line ends and no control characters but \n and \t. */
export interface PasteEvent {
  readonly type: 'paste'
  readonly text: string
  /** The paste was longer than the limit, or its end never came. */
  readonly cut: boolean
}

/** A mouse event; `x` and `y` are cells from 0 at the top left. */
export interface MouseEvent extends Modifiers {
  readonly type: 'mouse'
  readonly button: 'left' | 'middle' | 'right' | 'none'
  readonly action: 'press' | 'release' | 'move' | 'wheelup' | 'wheeldown'
  readonly x: number
  readonly y: number
}

/** The terminal window got or lost the focus. */
export interface FocusEvent {
  readonly type: 'focus'
  readonly focused: boolean
}

/**
 * An answer of the terminal. `params` are its numbers (an OSC's is its code), `text` its words without
 * control characters: 'da1', 'da2', 'cursor' (CPR), 'mode' (DECRPM), 'kitty' (keyboard flags),
 * 'version' (XTVERSION), 'window' (CSI t), 'osc', 'dcs'.
 */
export interface ReplyEvent {
  readonly type: 'reply'
  readonly name: 'da1' | 'da2' | 'cursor' | 'mode' | 'kitty' | 'version' | 'window' | 'osc' | 'dcs'
  readonly params: readonly number[]
  readonly text: string
}

/** Everything that can come in from the terminal. */
export type InputEvent = KeyEvent | PasteEvent | MouseEvent | FocusEvent | ReplyEvent
