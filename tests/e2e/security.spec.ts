import type { Page } from '@playwright/test'
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js'
import { Severity } from 'csp_evaluator/dist/finding.js'
import { CspParser } from 'csp_evaluator/dist/parser.js'
import { expect, test } from '#tests/support/e2e.ts'
import { ELSEWHERE, hostileAnswers, hostileDiagrams } from '#tests/support/hostile-answers.ts'

const PAGES = [
  '/',
  '/sign-in',
  '/sign-up',
  '/forgot',
  '/welcome',
  '/terms',
  '/privacy',
  '/account',
  '/c/none',
  '/none',
  // Nothing is there, and what says so is a page whatever the address looks like.
  '/none.html',
  '/_next/none',
  '/gateway/none',
]

test('every page runs only scripts that carry its own nonce, and frames nowhere', {
  tag: '@desktop',
}, async ({ page, baseURL }) => {
  const nonces = new Set<string>()
  for (const path of PAGES) {
    const response = await page.request.get(`${baseURL}${path}`)
    const policy = response.headers()['content-security-policy'] ?? ''
    const findings = new CspEvaluator(new CspParser(policy).csp).evaluate()
    const high = findings.filter(({ severity }) => severity <= Severity.MEDIUM)
    expect(
      high.map(({ description }) => description),
      path,
    ).toEqual([])
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    expect(nonce, path).not.toBe('')
    nonces.add(nonce)
    const tags = [...(await response.text()).matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
    expect(
      tags.filter((tag) => !tag.includes(`nonce="${nonce}"`)),
      path,
    ).toEqual([])
    expect(response.headers(), path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    })
  }
  expect(nonces.size).toBe(PAGES.length)
})

test('a form whose page has no script yet keeps to itself what is typed', {
  tag: '@desktop',
}, async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false })
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto('/sign-in')
  const password = page.locator('input[type=password]')
  await password.fill('a quiet silver mirror')
  await password.press('Enter')
  await page.locator('input[name=code]').fill('a-code-of-many')
  await page.locator('input[name=code]').press('Enter')
  await page.goto('/terms')
  expect(asked.filter((url) => /mirror|of-many/.test(url))).toEqual([])
  await context.close()
})

/** Opens a conversation that has these answers, and tells what the page asked of others and which dialogs it opened. */
async function openAnswers(page: Page, baseURL: string, answers: readonly string[]) {
  const id = crypto.randomUUID()
  const messages = answers.flatMap((text, index) => {
    const base = { status: 'complete', error: null, createdAt: 1_700_000_000_000 + index }
    const parentId = index === 0 ? null : `a${index - 1}`
    const parts = (words: string) => [{ type: 'text', text: words }]
    return [
      { ...base, id: `q${index}`, parentId, role: 'user', parts: parts(`Question ${index}`), model: null },
      { ...base, id: `a${index}`, parentId: `q${index}`, role: 'assistant', parts: parts(text), model: 'm' },
    ]
  })
  const file = {
    format: 'tain.export/1',
    exportedAt: 1_700_000_000_000,
    conversations: [
      {
        id,
        title: 'Hostile',
        titleSource: 'person',
        activeLeafId: messages.at(-1)?.id,
        createdAt: 1_700_000_000_000,
        updatedAt: 1_700_000_000_000,
        pinnedAt: null,
        archivedAt: null,
        messages,
      },
    ],
  }
  const imported = await page.request.post(`${baseURL}/api/import`, {
    headers: { 'content-type': 'application/octet-stream', origin: baseURL },
    data: Buffer.from(JSON.stringify(file)),
  })
  const lines = (await imported.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines[0]).toMatchObject({ outcome: 'imported' })

  const asked: string[] = []
  const dialogs: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL) && !/^(?:data|blob):/.test(request.url()))
      asked.push(request.url())
  })
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto(`/c/${lines[0].conversationId ?? id}`)
  return { asked, dialogs }
}

/** What in the answers could act or load something. */
const activeParts = (page: Page) =>
  page.evaluate(() => {
    const answers = [...document.querySelectorAll('[data-role="assistant"]')]
    const all = answers.flatMap((answer) => [...answer.querySelectorAll('*')])
    const named =
      'script iframe object embed form link style meta base video audio source frame template'.split(' ')
    return {
      elements: all.filter(({ localName }) => named.includes(localName)).map(({ outerHTML }) => outerHTML),
      handlers: all
        .filter((element) => element.getAttributeNames().some((name) => name.startsWith('on')))
        .map(({ outerHTML }) => outerHTML),
      links: all
        .filter((element): element is HTMLAnchorElement => element instanceof HTMLAnchorElement)
        .map(({ href }) => href)
        .filter((href) => !/^https?:/.test(href)),
      sources: all
        .flatMap((element) =>
          ['src', 'srcset', 'poster', 'data', 'background', 'action'].map((name) =>
            element.getAttribute(name),
          ),
        )
        .filter((source) => source !== null && !/^(?:data|blob):/.test(source)),
      styles: all
        .filter((element) => /url\(/.test(element.getAttribute('style') ?? ''))
        .map(({ outerHTML }) => outerHTML),
    }
  })

const nothing = { elements: [], handlers: [], links: [], sources: [], styles: [] }

test('an answer runs nothing, asks nobody and opens nothing, whatever it says', { tag: '@desktop' }, async ({
  page,
  chat,
  baseURL,
}) => {
  expect(hostileAnswers.length).toBeGreaterThan(500)
  await chat.open()
  const seen = await openAnswers(page, baseURL ?? '', hostileAnswers)
  await expect(chat.answers).toHaveCount(hostileAnswers.length)
  // Not `expect`: its every try looks at the whole page, and would hold up what it waits for.
  const isDrawn = () => document.querySelector('.katex') && document.querySelector('[data-code]')
  await page.waitForFunction(() => !document.querySelector('[data-held]'))
  await page.waitForFunction(isDrawn)
  expect(await activeParts(page)).toEqual(nothing)
  expect(seen).toEqual({ asked: [], dialogs: [] })
  expect(ELSEWHERE).not.toContain(baseURL ?? '')
})

test('a diagram runs nothing and asks nobody, whatever its source says', { tag: '@desktop' }, async ({
  page,
  chat,
  baseURL,
}) => {
  await chat.open()
  const seen = await openAnswers(page, baseURL ?? '', hostileDiagrams)
  const diagrams = page.locator('[data-diagram]')
  await expect(diagrams).toHaveCount(hostileDiagrams.length)
  // Each is drawn when somebody comes near.
  for (const diagram of await diagrams.all()) {
    // A page that has just opened stays at its end as long as nobody's hand is on it.
    await expect(async () => {
      await diagram.scrollIntoViewIfNeeded()
      await expect(diagram.locator('img, .diagram-error')).toBeVisible({ timeout: 2_000 })
    }).toPass()
  }
  await expect(diagrams.locator('img').first()).toBeAttached()
  expect(await activeParts(page)).toEqual(nothing)
  expect(seen).toEqual({ asked: [], dialogs: [] })
})
