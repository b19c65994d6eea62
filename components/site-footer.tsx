import type { Dictionary } from '#lib/i18n/en.ts'

/** The foot of every page but the chat: what this service is not, and its terms. Not configurable. */
export function SiteFooter({ texts }: { texts: Pick<Dictionary, 'notice' | 'terms' | 'privacy'> }) {
  return (
    <footer className="border-line border-t px-6 py-6 text-center text-muted text-sm">
      <p>{texts.notice}</p>
      <p className="mt-2 flex justify-center gap-6">
        <a className="quiet-link" href="/terms">
          {texts.terms}
        </a>
        <a className="quiet-link" href="/privacy">
          {texts.privacy}
        </a>
      </p>
    </footer>
  )
}
