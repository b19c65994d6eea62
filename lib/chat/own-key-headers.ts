import type { ChatGateway } from './chat-gateway.ts'

/** What a request to the gateway carries that is to be made with a person's own key. */
export const ownKeyHeaders = ({ ownKey }: Pick<ChatGateway, 'ownKey'>): Record<string, string> =>
  ownKey === undefined ? {} : { 'x-tain-own-key': ownKey }
