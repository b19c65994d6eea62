import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import { MAX_PROMPTS, type Prompt } from './prompts.ts'

/** Rows of one statement: PostgreSQL takes 65,535 parameters, SQLite 32,766. */
const BATCH = 500

export async function listPrompts(db: Database, owner: string): Promise<Prompt[]> {
  return await db
    .selectFrom('prompt')
    .select(['id', 'title', 'folder', 'text'])
    .where('owner', '=', owner)
    .orderBy('folder')
    .orderBy('title')
    .orderBy('id')
    .execute()
}

/** Keeps prompts, all or none, in place of those with the same ids. Throws {@link SiteError} 409 when they become too many. */
export async function savePrompts(db: Database, owner: string, prompts: readonly Prompt[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (let at = 0; at < prompts.length; at += BATCH) {
      await tx
        .insertInto('prompt')
        .values(prompts.slice(at, at + BATCH).map((prompt) => ({ ...prompt, owner })))
        .onConflict((conflict) =>
          conflict.columns(['owner', 'id']).doUpdateSet((eb) => ({
            title: eb.ref('excluded.title'),
            folder: eb.ref('excluded.folder'),
            text: eb.ref('excluded.text'),
          })),
        )
        .execute()
    }
    const { count } = await tx
      .selectFrom('prompt')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('owner', '=', owner)
      .executeTakeFirstOrThrow()
    if (Number(count) > MAX_PROMPTS) {
      throw new SiteError(409, 'too_many_prompts', `At most ${MAX_PROMPTS} prompts can be kept.`)
    }
  })
}

/** Deletes a prompt. One that is gone already is as it should be. */
export async function deletePrompt(db: Database, owner: string, id: string): Promise<void> {
  await db.deleteFrom('prompt').where('owner', '=', owner).where('id', '=', id).execute()
}
