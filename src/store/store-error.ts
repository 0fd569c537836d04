// The one error of this folder.

/** A store that cannot be used; the message names the file, the hint says what to do. */
export class StoreError extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}
