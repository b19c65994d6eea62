import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import type { ChatInitial } from '#components/chat/chat-app.tsx'
import { MODEL_COOKIE, SIDEBAR_COOKIE } from '#components/ui/appearance.ts'
import { mayBeGuest } from '#lib/accounts/guests.ts'
import { hasOwner } from '#lib/accounts/owner.ts'
import { findVisitorQuota } from '#lib/accounts/quotas/standing.ts'
import { getSession, type Session } from '#lib/accounts/session.ts'
import { modelName } from '#lib/chat/conversation-settings.ts'
import { getConversation, listConversations } from '#lib/chat/conversations.ts'
import { listFolders } from '#lib/chat/folders.ts'
import { loadPreferences } from '#lib/chat/preference-store.ts'
import { defaultPreferences } from '#lib/chat/preferences.ts'
import { getConfig } from '#lib/config.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { filingsOf } from '#lib/legal/filings.ts'
import { chatModelOf, chatToolsOf, keysOf, upstreamOf } from '#lib/upstream-config.ts'
import { keepHouseAfter } from '../keep-house.ts'
import { requestAppearance } from '../request-appearance.ts'
import { requestLocale } from '../request-locale.ts'

/** What the chat page starts with. Null when `conversationId` is given and is not the visitor's. */
export async function chatInitial(conversationId?: string): Promise<ChatInitial | null> {
  const [locale, session, jar] = await Promise.all([requestLocale(), getSession(), cookies()])
  if (!session && !(await mayBeGuest())) return await sendToSignIn(conversationId)
  const owner = session?.userId
  const db = owner === undefined ? undefined : await getDatabase()
  if (db) keepHouseAfter(db, Date.now())
  const conversations = db && owner ? await listConversations(db, owner) : []
  const folders = db && owner ? await listFolders(db, owner) : []
  const detail = db && owner && conversationId ? await getConversation(db, owner, conversationId) : null
  if (conversationId && !detail) return null
  const quota = await findVisitorQuota(db ?? (await getDatabase()), owner)
  return {
    site: {
      name: getConfig().SITE_NAME,
      locale,
      texts: dictionaryOf(locale),
      upstream: upstreamState(),
      models: siteModels(),
      tools: chatToolsOf(getConfig()),
      ownKeys: ownKeys(),
      runsSite: await runsSite(session),
      maxFileBytes: Math.min(getConfig().FILE_MAX_BYTES, quota?.uploadBytes ?? Number.POSITIVE_INFINITY),
      hasQuota: quota !== undefined,
      days: retention(),
      labelsCopies: getConfig().COPY_LABEL,
      filings: filingsOf(getConfig()),
    },
    conversations,
    folders,
    detail,
    preferences: {
      ...(db && owner ? await loadPreferences(db, owner) : defaultPreferences),
      // What this browser was told last goes before what the person prefers everywhere.
      ...(await requestAppearance()),
    },
    newModel: modelOf(jar.get(MODEL_COOKIE)?.value),
    isSidebarOpen: jar.get(SIDEBAR_COOKIE)?.value !== 'closed',
    now: Date.now(),
  }
}

/** Guests are not let in; a site without an owner first needs one. */
async function sendToSignIn(conversationId?: string): Promise<never> {
  if (!(await hasOwner(await getDatabase()))) redirect('/welcome')
  redirect(conversationId ? `/sign-in?next=/c/${conversationId}` : '/sign-in')
}

function upstreamState(): ChatInitial['site']['upstream'] {
  const { kind, url } = upstreamOf(getConfig())
  if (kind !== 'demo') return 'real'
  return url === undefined ? 'none' : 'demo'
}

function ownKeys(): ChatInitial['site']['ownKeys'] {
  const config = getConfig()
  if (!config.BYOK) return 'off'
  return keysOf(config).length === 0 && upstreamOf(config).kind === 'openai' ? 'needed' : 'allowed'
}

async function runsSite(session: Session | null): Promise<boolean> {
  if (session?.role === 'owner' || session?.role === 'admin') return true
  return (await currentVisitor()).isLocal
}

function retention(): ChatInitial['site']['days'] {
  const { DELETED_DAYS: deleted, CONVERSATION_DAYS: unused } = getConfig()
  return { deleted, unused: unused === 'off' ? null : unused }
}

function siteModels(): ChatInitial['site']['models'] {
  const named = getConfig().MODELS?.named ?? []
  const names = named.flatMap(({ id, name }) => (name === undefined ? [] : [[id, name]]))
  return { defaultId: chatModelOf(getConfig()) ?? null, names: Object.fromEntries(names) }
}

/** The model that a cookie names, or null: a browser may send anything. */
function modelOf(cookie: string | undefined): string | null {
  return modelName.safeParse(cookie).data ?? null
}
