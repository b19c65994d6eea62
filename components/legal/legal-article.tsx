import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { type Locale, locales } from '#lib/i18n/locale.ts'
import './legal-article.css'

interface Props {
  locale: Locale
  document: { title: string; version: string; markdown: string }
}

/** The few words around a document, in its language rather than in that of the interface. */
const words: Record<Locale, { name: string; version: (date: string) => string; languages: string }> = {
  en: { name: 'English', version: (date) => `Version of ${date}`, languages: 'Languages' },
  'zh-CN': { name: '中文', version: (date) => `${date}版`, languages: '语言' },
}

/** A legal document as a page to read. Rendered on the server; it needs no script. */
export function LegalArticle({ locale, document: { title, version, markdown } }: Props) {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(version),
  )
  return (
    <main className="legal" lang={locale}>
      <h1>{title}</h1>
      <div className="legal-line">
        <time dateTime={version}>{words[locale].version(date)}</time>
        <nav aria-label={words[locale].languages}>
          {locales
            .filter((other) => other !== locale)
            .map((other) => (
              <a key={other} href={`?lang=${other}`} hrefLang={other} lang={other}>
                {words[other].name}
              </a>
            ))}
        </nav>
      </div>
      <Markdown remarkPlugins={[remarkGfm]}>{markdown}</Markdown>
    </main>
  )
}
