import { expect, test } from '#tests/support/e2e.ts'

test('without a key the demo answers, says so, and tells how to set one', async ({
  page,
  chat,
  startSite,
}) => {
  const site = await startSite()
  await chat.open(site.url)
  await expect(page.getByText(chat.texts.demo.banner)).toBeVisible()
  await expect(chat.button('Model: tain-demo')).toBeVisible()
  await chat.ask('Hello')
  await chat.settled('complete')
  await expect(chat.lastAnswer.locator('p').first()).toHaveText(/\S/)
  // A narrow page that shows a conversation shortens the label; it is still there and still opens the panel.
  await chat
    .button(chat.texts.demo.how)
    .or(chat.button(chat.texts.demo.label))
    .filter({ visible: true })
    .click()
  await expect(page.getByRole('dialog', { name: chat.texts.demo.title })).toContainText('OPENAI_API_KEY')
})

test('with an upstream of its own the site shows no demo label', async ({ page, chat }) => {
  await chat.open()
  await expect(page.getByRole('main').getByText(chat.texts.notice)).toBeVisible()
  await expect(page.getByText(chat.texts.demo.banner)).toHaveCount(0)
})
