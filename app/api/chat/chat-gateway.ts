import { requireSecret } from '#lib/accounts/auth-secret.ts'
import type { ChatGateway } from '#lib/chat/chat-gateway.ts'
import { chatApiOf, chatModelOf, gatewayUrlOf, getConfig } from '#lib/config.ts'
import { signChatToken } from '#lib/gateway/chat-token.ts'

/** A token must only outlive the time between its making and the head of its request. */
const TOKEN_TTL_MS = 60_000

/** The gateway as `subject` may use it. */
export function chatGateway(subject: string): ChatGateway {
  const config = getConfig()
  return {
    baseUrl: gatewayUrlOf(config),
    api: chatApiOf(config),
    model: chatModelOf(config),
    offer: config.MODELS,
    token: () => signChatToken({ subject, secret: requireSecret(), ttlMs: TOKEN_TTL_MS }),
  }
}
