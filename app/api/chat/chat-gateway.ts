import { requireSecret } from '#lib/accounts/auth-secret.ts'
import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import { getConfig } from '#lib/config.ts'
import { signChatToken } from '#lib/gateway/chat-token.ts'
import { SiteError } from '#lib/site-error.ts'
import { chatApiOf, chatModelOf, gatewayUrlOf } from '#lib/upstream-config.ts'

/** A token must only outlive the time between its making and the head of its request. */
const TOKEN_TTL_MS = 60_000

/** The gateway as `subject` may use it, with the key that came along, if any. */
export function chatGateway(subject: string, ownKey?: string): ChatGateway {
  const config = getConfig()
  return {
    baseUrl: gatewayUrlOf(config),
    api: chatApiOf(config),
    model: chatModelOf(config),
    offer: config.MODELS,
    ownKey,
    token: () => signChatToken({ subject, secret: requireSecret(), ttlMs: TOKEN_TTL_MS }),
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
