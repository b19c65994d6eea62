import type { HostedTool } from './hosted-tools.ts'
import type { ModelOffer } from './model-facts.ts'

/** The gateway as the chat sees it: an OpenAI-compatible base URL and short-lived tokens, never a key. */
export interface ChatGateway {
  /** Ends in `/v1`. */
  baseUrl: string
  /** Makes all requests to it. */
  fetch: typeof fetch
  api: 'responses' | 'chat'
  /** The model to ask; undefined means the first one that the upstream lists. */
  model: string | undefined
  /** The model that gives conversations their titles; undefined means that none does. */
  titleModel?: string | undefined
  /** Which models may be asked; undefined means any. */
  offer?: ModelOffer | undefined
  /** Which of OpenAI's own tools a conversation may switch on; undefined means none. */
  tools?: readonly HostedTool[] | undefined
  token: () => Promise<string>
  /** A person's own key, which takes the place of the site's. Kept for the life of a run, and nowhere else. */
  ownKey?: string | undefined
}

/** What a request to the gateway carries that is to be made with a person's own key. */
export const ownKeyHeaders = ({ ownKey }: Pick<ChatGateway, 'ownKey'>): Record<string, string> =>
  ownKey === undefined ? {} : { 'x-tain-own-key': ownKey }
