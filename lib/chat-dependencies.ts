import { requireSecret } from './accounts/auth-secret.ts'
import { hmacOf } from './accounts/digest.ts'
import type { ChatGateway } from './chat/chat-gateway.ts'
import { getFileStore } from './chat/files/open-file-store.ts'
import type { SendDependencies } from './chat/send-message.ts'
import { getConfig } from './config.ts'
import type { Database } from './db/schema.ts'
import { signChatToken } from './gateway/chat-token.ts'
import { innerGateway } from './inner-gateway.ts'
import { log } from './log.ts'
import { SiteError } from './site-error.ts'
import { chatApiOf, chatModelOf, chatToolsOf, gatewayUrlOf, titleModelOf } from './upstream-config.ts'

/** A token must only outlive the time between its making and the head of its request. */
const TOKEN_TTL_MS = 60_000

/** What runs of `subject` are made with, and the key that came along. */
export function chatDependencies(db: Database, subject: string, ownKey?: string): SendDependencies {
  const onStoreError = (error: unknown) => log('error', 'run_not_stored', { error })
  const { FILE_MAX_BYTES: maxBytes, FILES_PER_PERSON: maxBytesInAll } = getConfig()
  const fileLimits = { maxBytes, maxBytesInAll }
  return { db, gateway: chatGateway(subject, ownKey), store: getFileStore(), fileLimits, onStoreError }
}

/** The gateway as `subject` may use it, with the key that came along, if any. */
export function chatGateway(subject: string, ownKey?: string): ChatGateway {
  const config = getConfig()
  return {
    baseUrl: gatewayUrlOf(config),
    fetch: (config.GATEWAY_URL === undefined && innerGateway()) || fetch,
    api: chatApiOf(config),
    model: chatModelOf(config),
    titleModel: titleModelOf(config),
    offer: config.MODELS,
    tools: chatToolsOf(config),
    ownKey,
    token: () => signChatToken({ subject, secret: requireSecret(), ttlMs: TOKEN_TTL_MS, hmac: hmacOf }),
  }
}

/** The key that a person sent along. Throws {@link SiteError} where that is not allowed, or it cannot be one. */
export function ownKeyOf(request: Request): string | undefined {
  const key = request.headers.get('x-tain-own-key')?.trim()
  if (!key) return undefined
  if (!getConfig().BYOK) {
    throw new SiteError(
      403,
      'own_keys_off',
      'This site takes no keys of its visitors. Remove yours in the settings.',
    )
  }
  if (/^[\x21-\x7e]{8,512}$/.test(key) && !key.startsWith('tain-')) return key
  throw new SiteError(400, 'own_key_unreadable', 'Your own key cannot be one. Look at it in the settings.')
}
