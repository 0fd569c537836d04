// The search of registered models and of their versions: the same question about other rows.
import * as z from 'zod/mini'
import { count, maybeText, words } from './fields.ts'
import { type Access, compileSearch, searchPage } from './search.ts'
import type { SearchKind } from './search-kinds.ts'

/** What a search is asked with; `usual` rows a page where nothing is said, `most` at the most. */
export const searchInput = (usual: number, most: number) =>
  z.object({
    filter: maybeText(),
    max_results: count(usual, most),
    order_by: words(),
    page_token: maybeText(),
  })

/** Searches rows and answers under `name`. Throws MlflowError for a filter or order that it cannot read. */
export function searchRegistry<Row>(
  kind: SearchKind,
  input: z.infer<ReturnType<typeof searchInput>>,
  access: Access<Row>,
  all: Iterable<Row>,
  name: string,
  json: (row: Row) => object,
): object {
  const found = compileSearch(kind, { filter: input.filter, orderBy: input.order_by }, access)
  const { rows, next } = searchPage(found, all, { token: input.page_token, limit: input.max_results })
  return {
    ...(rows.length > 0 && { [name]: rows.map(json) }),
    ...(next !== undefined && { next_page_token: next }),
  }
}
