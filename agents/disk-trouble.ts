// Failures of a disk that pass: it is full, or has been mounted read-only after an error.
const CODES = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'])

/** True for an error that the same call may not meet again once the operator has made room. */
export const isDiskTrouble = (error: unknown): boolean =>
  CODES.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')
