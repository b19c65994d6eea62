import { fill } from '#lib/i18n/fill.ts'
import { termsTexts } from '#lib/i18n/rooms/terms.ts'
import { expect, test } from '#tests/support/e2e.ts'
import { upstreamSettings } from '#tests/support/site.ts'

const words = termsTexts.en

test('the terms are accepted once, before the first question, which waits for that', async ({
  page,
  chat,
  startSite,
  upstream,
}) => {
  const icp = '京ICP备00000000号-1'
  const site = await startSite({
    env: { ...upstreamSettings(upstream), ACCEPT_TERMS: 'on', MINIMUM_AGE: '18', ICP_NUMBER: icp },
  })
  await chat.open(site.url)
  await expect(page.getByRole('link', { name: icp })).toHaveAttribute('href', 'https://beian.miit.gov.cn/')
  await chat.ask('Hello')
  const dialog = page.getByRole('dialog', { name: words.title })
  await expect(dialog.getByRole('link', { name: words.terms })).toHaveAttribute('target', '_blank')

  // Whoever does not accept has their words back.
  await dialog.getByRole('button', { name: words.decline }).click()
  await expect(chat.composer).toHaveValue('Hello')
  await expect(page.getByRole('alert').filter({ hasText: chat.texts.send.terms })).toBeVisible()
  await expect(chat.answers).toHaveCount(0)

  await chat.composer.press('Enter')
  const accept = dialog.getByRole('button', { name: words.accept })
  await accept.click()
  // Without the age nothing happens.
  await expect(dialog).toBeVisible()
  await dialog.getByRole('checkbox', { name: fill(words.age, { age: '18' }) }).check()
  await accept.click()
  await expect(dialog).toBeHidden()
  await chat.settled('complete')
  await expect(chat.questions).toHaveText([/Hello$/])

  await page.reload()
  await chat.ask('Again')
  await expect(chat.answers).toHaveCount(2)
  await chat.settled('complete')
})
