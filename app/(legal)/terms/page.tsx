import type { Metadata } from 'next'
import { LegalArticle } from '#components/legal/legal-article.tsx'
import { loadLegalDocument } from '#lib/legal/legal-document.ts'
import { legalFacts } from '#lib/legal/site-facts.ts'
import { legalLocale } from '../legal-locale.ts'

interface Props {
  searchParams: Promise<{ lang?: string | string[] }>
}

const load = async ({ searchParams }: Props) => {
  const locale = await legalLocale(searchParams)
  return { locale, document: await loadLegalDocument('terms', locale, legalFacts()) }
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await load(props)).document.title }
}

export default async function TermsPage(props: Props) {
  return <LegalArticle {...(await load(props))} />
}
