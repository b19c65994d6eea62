import { admitVisitor, ensureSession } from '#lib/accounts/session.ts'
import { changePreferences, loadPreferences } from '#lib/chat/preference-store.ts'
import { defaultPreferences, preferencesChange } from '#lib/chat/preferences.ts'
import { getDatabase } from '#lib/db/database.ts'
import { answer, readBody } from '#lib/site-api.ts'

const PRIVATE = { headers: { 'cache-control': 'no-store' } }

/** How the visitor wants the site to be. */
export function GET(): Promise<Response> {
  return answer(async () => {
    const session = await admitVisitor()
    const preferences = session
      ? await loadPreferences(await getDatabase(), session.userId)
      : defaultPreferences
    return Response.json(preferences, PRIVATE)
  })
}

/** Changes some of it. */
export function PATCH(request: Request): Promise<Response> {
  return answer(async () => {
    const change = await readBody(request, preferencesChange)
    const { userId } = await ensureSession()
    return Response.json(await changePreferences(await getDatabase(), userId, change), PRIVATE)
  })
}
