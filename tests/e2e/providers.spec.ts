import { accountTexts } from '#lib/i18n/rooms/account.ts'
import { providerTexts } from '#lib/i18n/rooms/providers.ts'
import { expect, test } from '#tests/support/e2e.ts'
import { startProviderOfSite } from '#tests/support/oidc-provider.ts'
import { claimSite } from '#tests/support/people.ts'

const OWNER_CODE = 'owner-code-of-the-browser'

test('somebody comes by an OpenID Connect provider with an invitation, and unlinks it again', {
  tag: '@desktop',
}, async ({ page, chat, startSite }) => {
  const texts = providerTexts.en
  const { oidc, env } = await startProviderOfSite()
  const url = env.SITE_URL
  await startSite({ env: { ...env, OWNER_CODE, OIDC_NAME: 'Example Ltd' } })
  const owner = await claimSite(url, OWNER_CODE)
  oidc.people.set('ida', { name: 'Ida', email: 'ida@example.org', email_verified: true })
  const button = page.getByRole('button', { name: 'Continue with Example Ltd' })

  await page.goto(`${url}/sign-in?next=/account`)
  await button.click()
  await expect(page.getByText('Example Ltd was told no')).toBeVisible()
  oidc.visitor = 'ida'
  await button.click()
  await expect(page.getByText('new ones need an invitation')).toBeVisible()

  const { path } = await (await owner.post('/api/console/invitations')).json()
  await page.goto(url + path)
  await expect(page.getByLabel(accountTexts.en.fields.invitation)).not.toHaveValue('')
  await button.click()
  await expect(chat.composer).toBeVisible()

  await page.goto(`${url}/account`)
  await expect(page.getByText('ida@example.org').first()).toBeVisible()
  const unlink = page.getByRole('button', { name: 'Unlink Example Ltd' })
  await unlink.click()
  await expect(page.getByText(texts.errors.last_way_in)).toBeVisible()
  await page.getByLabel(accountTexts.en.fields.newPassword).fill('a quiet silver mirror')
  await page.getByRole('button', { name: accountTexts.en.account.save }).last().click()
  await expect(page.getByText(accountTexts.en.account.changed)).toBeVisible()
  await unlink.click()
  const link = page.getByRole('button', { name: 'Link Example Ltd' })
  // A press while the page is drawn anew meets a button that is gone before it is let go.
  await expect(async () => {
    if (await link.isVisible()) await link.click()
    await expect(unlink).toBeVisible({ timeout: 5_000 })
  }).toPass()
  await oidc.close()
})
