import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { locales } from '#lib/i18n/locale.ts'
import { fitLegalText, type LegalFacts, legalNames, loadLegalDocument } from '#lib/legal/legal-document.ts'

const facts: LegalFacts = {
  site: 'Example *Mirror*',
  upstream: 'openai',
  host: 'relay.example.org',
  contact: 'Example Ltd, help@example.org',
}
const everySite: LegalFacts[] = (['openai', 'compatible', 'demo'] as const).flatMap((upstream) => [
  { ...facts, upstream },
  { ...facts, upstream, contact: undefined },
  { ...facts, upstream, providers: ['Example Ltd', 'GitHub'], sendsMail: true },
])
const documents = legalNames.flatMap((name) => locales.map((locale) => ({ name, locale })))

describe('the legal texts', () => {
  test.each(documents)('$name in $locale leaves no mark of its source behind', async ({ name, locale }) => {
    for (const site of everySite) {
      const { title, markdown } = await loadLegalDocument(name, locale, site)
      expect(title).not.toBe('')
      expect(markdown).not.toMatch(/:::|[{}]|undefined/)
      expect(markdown).toContain('Example \\*Mirror\\*')
    }
  })

  test.each(documents)(
    '$name in $locale says that the service is not OpenAI’s, on every site',
    async (document) => {
      for (const site of everySite) {
        const { markdown } = await loadLegalDocument(document.name, document.locale, site)
        expect(markdown).toMatch(/not\s+\**affiliated with|没有隶属、合作关系|与 OpenAI 无关联/)
      }
    },
  )

  test.each(documents)('$name in $locale names the contact, or says that there is none', async (document) => {
    const load = (contact: string | undefined) =>
      loadLegalDocument(document.name, document.locale, { ...facts, contact })
    expect((await load(facts.contact)).markdown).toContain('help@example.org')
    expect((await load(undefined)).markdown).toMatch(/not given any contact|尚未公布联系方式/)
  })

  test.each(documents)('$name in $locale names who answers', async ({ name, locale }) => {
    const load = async (upstream: LegalFacts['upstream']) =>
      (await loadLegalDocument(name, locale, { ...facts, upstream })).markdown
    expect(await load('openai')).toContain('https://openai.com/policies/')
    expect(await load('compatible')).toContain('**relay.example.org**')
    expect(await load('demo')).toMatch(/demonstration|演示/)
    for (const upstream of ['openai', 'demo'] as const) expect(await load(upstream)).not.toContain(facts.host)
  })

  test.each(locales)(
    'the privacy notice in %s says what sign-in services and mail servers learn',
    async (locale) => {
      const load = async (more: Partial<LegalFacts>) =>
        (await loadLegalDocument('privacy', locale, { ...facts, ...more })).markdown
      expect(await load({ providers: ['Example Ltd', 'GitHub'] })).toContain('**Example Ltd / GitHub**')
      expect(await load({ providers: [] })).toBe(await load({}))
      expect(await load({ sendsMail: true })).toMatch(/mail server|邮件服务器/)
      expect(await load({})).not.toMatch(/mail server|邮件服务器/)
    },
  )

  test.each(locales)('the privacy notice in %s says for how many days what is kept', async (locale) => {
    const load = async (days?: LegalFacts['days']) =>
      (await loadLegalDocument('privacy', locale, { ...facts, days })).markdown
    const never = { conversations: undefined, rawResponses: undefined }
    const own = await load({ ...never, deleted: 3, unsentFiles: 2, records: 77 })
    for (const days of [3, 2, 77]) expect(own).toMatch(new RegExp(`\\b${days} (days|天)`))
    expect(own).not.toMatch(/by themselves|自动清除/)
    const short = await load({
      conversations: 90,
      rawResponses: 1,
      deleted: 30,
      unsentFiles: 1,
      records: 180,
    })
    expect(short).toMatch(/nothing for 90 days|90 天没有动过/)
    expect(short).toMatch(/after 1 day;|1 天后清除；/)
    expect(await load()).toMatch(/30 days more|再保留 30 天/)
  })

  test.each(legalNames)('%s has the same version and the same blocks in all languages', async (name) => {
    const sources = await Promise.all(
      locales.map((locale) => readFile(`lib/legal/${name}.${locale}.md`, 'utf8')),
    )
    const shape = (text: string) => ({
      version: /^version: (.+)$/m.exec(text)?.[1],
      lines: [...text.matchAll(/^(?:##(?= )|::: ?[a-z-]*)/gm)].map(([mark]) => mark),
    })
    for (const source of sources) expect(shape(source)).toEqual(shape(sources[0] ?? ''))
  })
})

test("an operator's text cannot become markup", () => {
  const source = '---\ntitle: T\nversion: 2026-01-01\n---\n{site} {contact}\n'
  const contact = '<b>[x](javascript:y)</b> `z` {site}'
  expect(fitLegalText(source, { ...facts, contact }).markdown).toBe(
    'Example \\*Mirror\\* \\<b\\>\\[x\\](javascript:y)\\</b\\> \\`z\\` {site}',
  )
})

test('a source without a version is an error', () => {
  expect(() => fitLegalText('# Terms\n', facts)).toThrow('version')
})

test('an operator adds to a text, and takes nothing out of it', async () => {
  const additionsDir = await mkdtemp(path.join(tmpdir(), 'tain-legal-'))
  try {
    await writeFile(path.join(additionsDir, 'terms.en.md'), '## House rules\n\nBe kind.\n')
    for (const locale of locales) {
      const plain = await loadLegalDocument('terms', locale, facts)
      const { markdown } = await loadLegalDocument('terms', locale, { ...facts, additionsDir })
      expect(markdown).toBe(
        locale === 'en' ? `${plain.markdown}\n\n## House rules\n\nBe kind.` : plain.markdown,
      )
    }
  } finally {
    await rm(additionsDir, { recursive: true })
  }
})
