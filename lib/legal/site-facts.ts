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
    additionsDir: config.LEGAL_DIR,
  }
}
