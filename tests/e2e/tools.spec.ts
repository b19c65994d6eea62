import { createDemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { drawImage } from '#server/demo-upstream/draw-image.ts'
import { answer, on } from '#server/demo-upstream/script-steps.ts'
import { expect, test } from '#tests/support/e2e.ts'
import { upstreamSettings } from '#tests/support/site.ts'
import { violationsOf } from '#tests/support/violations.ts'

const path = '/v1/responses'

test('a tool that is switched on is used; what it did, the image it made and the pages cited are there to stay', {
  tag: '@desktop',
}, async ({ page, chat, startSite }) => {
  const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
  const site = await startSite({ env: { ...upstreamSettings(upstream), OPENAI_API: 'responses' } })
  const { tools, toolNames } = chat.texts.composer
  const toolSwitch = page.getByRole('button', { name: new RegExp(`^${tools}`) })
  const item = (tool: keyof typeof toolNames) =>
    page.getByRole('menuitemcheckbox', { name: new RegExp(`^${toolNames[tool]}`) })
  const card = page.locator('.tool-card')

  await chat.open(site.url)
  await toolSwitch.click()
  await item('web_search').click()
  await item('image_generation').click()
  await expect(item('image_generation')).toHaveAttribute('aria-checked', 'true')
  expect(await violationsOf(page, 'light')).toEqual([])
  await page.keyboard.press('Escape')
  await expect(toolSwitch).toHaveAccessibleName(
    `${tools} · ${toolNames.web_search} · ${toolNames.image_generation}`,
  )

  const drawn = Promise.withResolvers<void>()
  upstream.script(
    on(
      { path },
      answer.text('Silver ([example.com](https://example.com/silver)).', {
        uses: [
          { tool: 'web_search', queries: ['silver'], pages: ['https://example.com/silver'] },
          { tool: 'image_generation', prompt: 'Silver', png: drawImage('silver'), until: drawn.promise },
        ],
      }),
    ),
  )
  await chat.ask('What is behind a mirror?')
  await expect(card.first()).toContainText('silver')
  await expect(card.last()).toHaveAttribute('data-running')
  drawn.resolve()
  await chat.settled('complete')
  const body = JSON.parse(String(await (await upstream.nextRequest({ path })).body))
  expect(body.tools.map(({ type }: { type: string }) => type)).toEqual(['web_search', 'image_generation'])

  // All of it, once more, after the page was loaded anew.
  await page.reload()
  await expect(card).toHaveCount(2)
  const image = chat.lastAnswer.locator('.message-image img')
  await expect(image).toBeVisible()
  await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)
  const cited = chat.lastAnswer.getByRole('link', { name: 'Source 1: example.com' })
  await expect(cited).toHaveAttribute('href', 'https://example.com/silver')
  await expect(chat.lastAnswer.locator('.answer-text')).toHaveText('Silver1.')
  await expect(chat.lastAnswer.getByRole('listitem').getByRole('link')).toHaveAttribute(
    'href',
    'https://example.com/silver',
  )
  for (const scheme of ['light', 'dark'] as const) expect(await violationsOf(page, scheme)).toEqual([])
  // The conversation has its tools still; off again, the next question is asked without.
  await toolSwitch.click()
  await item('web_search').click()
  await item('image_generation').click()
  await page.keyboard.press('Escape')
  upstream.script(on({ path }, answer.text('Glass.')))
  await chat.ask('And before it?')
  await chat.settled('complete')
  const next = JSON.parse(String(await (await upstream.nextRequest({ path })).body))
  expect(next.tools ?? []).toEqual([])
  await upstream.close()
})
