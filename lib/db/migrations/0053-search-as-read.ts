import type { Kysely } from 'kysely'
import { readableText } from '../readable-text.ts'
import type { Schema } from '../schema.ts'
import { changeSearchText } from '../search-rows.ts'
import { foldText } from '../search-text.ts'

const BATCH = 200

/** Answers are found by their words as they are read, where signs of Markdown had stood between them. */
export async function up(db: Kysely<Schema>): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('search_row')
      .innerJoin('message', 'message.id', 'search_row.message_id')
      .select(['search_row.id', 'search_row.owner', 'search_row.text', 'parts'])
      .where('role', '=', 'assistant')
      .where('search_row.id', '>', after)
      .orderBy('search_row.id')
      .limit(BATCH)
      .execute()
    for (const { id, owner, text: before, parts } of rows) {
      const text = textOf(parts)
      // Short answers have no signs, and the index is most of the work.
      if (foldText(text) !== before) await changeSearchText(db, { id, owner, text })
    }
    const last = rows.at(-1)
    if (!last) return
    after = Number(last.id)
  }
}

/** As `searchTextOf` in `lib/chat/search-index.ts` made it when this was written. */
function textOf(json: string): string {
  const parts: { type: string; text: string; name: string }[] = JSON.parse(json)
  const of = (type: string) => parts.filter((part) => part.type === type)
  const text = of('text').map((part) => part.text)
  const names = of('file').map(({ name }) => name)
  return [...names, readableText(text.join('\n'), { asides: true })].join('\n')
}
