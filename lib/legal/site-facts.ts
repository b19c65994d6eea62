import { providersOf } from '../accounts/providers/configured.ts'
import { getConfig } from '../config.ts'
import { upstreamOf } from '../upstream-config.ts'
import type { LegalFacts } from './legal-document.ts'

/** What the legal texts have to say about this site. */
export function legalFacts(): LegalFacts {
  const config = getConfig()
  return {
    site: config.SITE_NAME,
    upstream: upstreamOf(config).kind,
    host: new URL(config.OPENAI_BASE_URL).host,
    contact: config.OPERATOR_CONTACT,
    providers: providersOf(config).map(({ name }) => name),
    sendsMail: config.SMTP_URL !== undefined,
    days: {
      conversations: daysOf(config.CONVERSATION_DAYS),
      deleted: config.DELETED_DAYS,
      rawResponses: daysOf(config.RAW_RESPONSE_DAYS),
      unsentFiles: config.UNSENT_FILE_DAYS,
      records: config.RECORD_DAYS,
    },
    additionsDir: config.LEGAL_DIR,
  }
}

const daysOf = (days: number | 'off') => (days === 'off' ? undefined : days)
