// MLflow's error codes and the HTTP status of each.

/** HTTP status by error code. Clients retry 408, 429 and 5xx for minutes: those are for passing trouble only. */
export const ERROR_STATUS = {
  INVALID_PARAMETER_VALUE: 400,
  BAD_REQUEST: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_CONFLICT: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const

/** Name of an error, as MLflow's clients know it. */
export type ErrorCode = keyof typeof ERROR_STATUS

/** A refusal with MLflow's code; the message names the field and what is wrong with it. */
export class MlflowError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Refusal of a field's value. */
export const invalid = (message: string): MlflowError => new MlflowError('INVALID_PARAMETER_VALUE', message)

/** Refusal of an id or name that nothing has. */
export const missing = (message: string): MlflowError => new MlflowError('RESOURCE_DOES_NOT_EXIST', message)

/** Refusal of a name that something has. */
export const taken = (message: string): MlflowError => new MlflowError('RESOURCE_ALREADY_EXISTS', message)
