// One endpoint of the MLflow REST API. Files of routes export lists of them; `service.ts` joins and serves them.
import type * as z from 'zod/mini'
import type { Backend } from './backend.ts'
import { invalid } from './errors.ts'

/** HTTP methods that the API uses. */
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'

/** An endpoint under `/api/2.0/mlflow/` (and `/ajax-api/2.0/mlflow/`), for example `runs/create` or `logged-models/{id}`. */
export interface Route {
  readonly methods: readonly Method[]
  readonly path: string
  readonly answer: (backend: Backend, input: unknown) => Promise<object>
}

/**
 * Declares an endpoint: `input` is checked against the body of a write or the query of a GET (repeated keys are lists,
 * numbers come as text there), with the names in braces of the path added. Unknown fields pass. What `answer` returns is
 * the JSON body; it throws MlflowError.
 */
export function route<T extends z.ZodMiniType>(
  methods: readonly Method[],
  path: string,
  input: T,
  answer: (backend: Backend, input: z.infer<T>) => Promise<object> | object,
): Route {
  return {
    methods,
    path,
    answer: async (backend, raw) => answer(backend, check(input, raw)),
  }
}

function check<T extends z.ZodMiniType>(schema: T, raw: unknown): z.infer<T> {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') || 'request'
  throw invalid(`Invalid value for parameter '${field}': ${issue?.message ?? 'not valid'}`)
}
