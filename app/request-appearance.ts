import { cookies } from 'next/headers'
import {
  parseTextSize,
  parseTheme,
  TEXT_SIZE_COOKIE,
  type TextSize,
  THEME_COOKIE,
  type Theme,
} from '#components/ui/appearance.ts'
import { getSession } from '#lib/accounts/session.ts'
import { loadPreferences } from '#lib/chat/preference-store.ts'
import { getDatabase } from '#lib/db/database.ts'

/** How the page of the request looks: as this browser was told, else as the person chose in another. */
export async function requestAppearance(): Promise<{ theme: Theme; textSize: TextSize }> {
  const jar = await cookies()
  const theme = jar.get(THEME_COOKIE)?.value
  const textSize = jar.get(TEXT_SIZE_COOKIE)?.value
  const known = { theme: parseTheme(theme), textSize: parseTextSize(textSize) }
  if (theme !== undefined && textSize !== undefined) return known
  // Whatever is wrong with the database, how a page looks is not what it should fail of.
  const preferences = await preferencesOfVisitor().catch(() => undefined)
  if (!preferences) return known
  return {
    theme: theme === undefined ? preferences.theme : known.theme,
    textSize: textSize === undefined ? preferences.textSize : known.textSize,
  }
}

async function preferencesOfVisitor() {
  const session = await getSession()
  return session ? await loadPreferences(await getDatabase(), session.userId) : undefined
}
