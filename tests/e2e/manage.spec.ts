import type { Locator, Page } from '@playwright/test'
import { daysIn } from '#lib/i18n/days.ts'
import { fill } from '#lib/i18n/fill.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import type { ChatPage } from '#tests/support/chat-page.ts'
import { expect, scriptAnswer, test } from '#tests/support/e2e.ts'

/** Asks in a new conversation, whose title the question becomes. */
async function start(chat: ChatPage, question: string): Promise<void> {
  await chat.open()
  await chat.ask(question)
  await chat.settled('complete')
}

const row = (list: Locator, title: string) =>
  list.getByRole('listitem').filter({ has: list.page().getByRole('link', { name: title, exact: true }) })

async function openMenu(page: Page, chat: ChatPage, list: Locator, title: string): Promise<Locator> {
  await row(list, title).hover()
  await list.getByRole('button', { name: fill(chat.texts.manage.menu, { title }) }).click()
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitem').first()).toBeFocused()
  return menu
}

async function choose(page: Page, chat: ChatPage, list: Locator, title: string, item: string) {
  const menu = await openMenu(page, chat, list, title)
  await menu.getByRole('menuitem', { name: item, exact: true }).click()
}

test('a conversation is renamed in its place, and Esc leaves the title as it was', async ({ page, chat }) => {
  const { manage } = chat.texts
  await start(chat, 'First words')
  const list = await chat.openSidebar()
  await choose(page, chat, list, 'First words', manage.rename)
  const box = page.getByRole('textbox', { name: manage.title })
  await expect(box).toBeFocused()
  await box.fill('Not this')
  await box.press('Escape')
  await expect(list.getByRole('link', { name: 'First words' })).toBeFocused()
  await page.keyboard.press('F2')
  await expect(box).toHaveValue('First words')
  const saved = page.waitForResponse((response) => response.request().method() === 'PATCH')
  await box.fill('新的标题')
  await box.press('Enter')
  await expect(list.getByRole('link', { name: '新的标题' })).toBeFocused()
  expect((await saved).status()).toBe(200)
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('新的标题')
})

test('Enter that ends a composition renames nothing yet', async ({ page, chat }) => {
  const { manage } = chat.texts
  await start(chat, 'Composed')
  const list = await chat.openSidebar()
  await choose(page, chat, list, 'Composed', manage.rename)
  const box = page.getByRole('textbox', { name: manage.title })
  await box.fill('ni')
  await box.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
  await expect(box).toBeVisible()
  await box.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await expect(box).toHaveValue('ni')
})

test('a pinned conversation stands on top, and no longer when it is unpinned', async ({ page, chat }) => {
  const { manage, sidebar } = chat.texts
  await start(chat, 'Old but dear')
  await start(chat, 'Newer')
  const list = await chat.openSidebar()
  const links = list.getByRole('link')
  await expect(links).toHaveText(['Newer', 'Old but dear'])
  await choose(page, chat, list, 'Old but dear', manage.pin)
  const pinned = list.getByRole('region', { name: sidebar.pinned })
  await expect(pinned.getByRole('link')).toHaveText(['Old but dear'])
  await expect(links).toHaveText(['Old but dear', 'Newer'])
  await expect(links.first()).toBeFocused()
  await choose(page, chat, list, 'Old but dear', manage.unpin)
  await expect(links).toHaveText(['Newer', 'Old but dear'])
  await expect(pinned).toHaveCount(0)
})

test('a deleted conversation is gone and comes back when that is undone', async ({ page, chat }) => {
  const { manage, conversation } = chat.texts
  const deleted = fill(manage.deleted, { days: daysIn('en', 30) })
  await start(chat, 'Delete me')
  const { pathname } = new URL(page.url())
  const list = await chat.openSidebar()
  await choose(page, chat, list, 'Delete me', manage.delete)
  await expect(list.getByRole('link', { name: 'Delete me' })).toHaveCount(0)
  await expect(page).toHaveURL(/\/$/)
  await expect(page.getByText(deleted)).toBeVisible()
  expect((await page.request.get(`/api/conversations/${pathname.split('/').at(-1)}`)).status()).toBe(404)

  await chat.button(manage.undo).click()
  await expect(page).toHaveURL(pathname)
  await expect(chat.questions).toHaveText([/Delete me/])
  await expect(page.getByText(deleted)).toHaveCount(0)

  const again = await chat.openSidebar()
  await choose(page, chat, again, 'Delete me', manage.delete)
  await expect(page.getByText(deleted)).toBeVisible()
  await page.goBack()
  await expect(page.getByText(conversation.missing)).toBeVisible()
})

test('an archived conversation waits in its own list, with its title, and moves back', async ({
  page,
  chat,
}) => {
  const { manage, sidebar } = chat.texts
  await start(chat, 'Put away')
  let list = await chat.openSidebar()
  await choose(page, chat, list, 'Put away', manage.archive)
  await expect(page.getByText(manage.archivedNow)).toBeVisible()
  await expect(list.getByRole('link', { name: 'Put away' })).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Put away')
  list = await chat.openSidebar()
  const ofArchived = '**/api/conversations?archived'
  await page.route(ofArchived, (route) => route.abort())
  await list.getByRole('button', { name: sidebar.archived }).click()
  await expect(list.getByRole('button', { name: sidebar.back })).toBeFocused()
  // What could not be asked for is not said to be empty.
  await expect(list.getByText(sidebar.archivedFailed)).toBeVisible()
  await page.unroute(ofArchived)
  await list.getByRole('button', { name: chat.texts.search.retry }).click()
  await expect(list.getByText(sidebar.archivedFailed)).toHaveCount(0)
  await choose(page, chat, list, 'Put away', manage.restore)
  await expect(list.getByText(sidebar.archivedEmpty)).toBeVisible()
  await list.getByRole('button', { name: sidebar.back }).click()
  await expect(list.getByRole('link', { name: 'Put away' })).toBeVisible()
})

test('a title given in another tab is not overwritten unseen', async ({ page, chat }) => {
  const { manage } = chat.texts
  await start(chat, 'Ours')
  const id = page.url().split('/').at(-1)
  const stored = async () => await (await page.request.get(`/api/conversations/${id}`)).json()
  const { revision } = await stored()
  const origin = new URL(page.url()).origin
  const elsewhere = (change: object) =>
    page.request.patch(`/api/conversations/${id}`, { data: change, headers: { origin } })
  expect((await elsewhere({ revision, title: 'Theirs' })).status()).toBe(200)

  const list = await chat.openSidebar()
  await choose(page, chat, list, 'Ours', manage.rename)
  await page.getByRole('textbox', { name: manage.title }).fill('Mine')
  await page.keyboard.press('Enter')
  await expect(page.getByText(fill(manage.renamedElsewhere, { title: 'Theirs' }))).toBeVisible()
  await expect(list.getByRole('link')).toHaveText(['Theirs'])
  await chat.button(fill(manage.useMine, { title: 'Mine' })).click()
  await expect(list.getByRole('link')).toHaveText(['Mine'])
  // The list has it at once; the other tab comes when the site has it too.
  await expect.poll(async () => (await stored()).title).toBe('Mine')

  // What does not collide is simply done on what is there.
  expect((await elsewhere({ revision: revision + 2, title: 'Theirs again' })).status()).toBe(200)
  await choose(page, chat, list, 'Mine', manage.pin)
  await expect(list.getByRole('region', { name: chat.texts.sidebar.pinned }).getByRole('link')).toHaveText([
    'Theirs again',
  ])
})

test('search finds Chinese in an answer and opens it there, on its branch', async ({
  page,
  chat,
  upstream,
}) => {
  const { search, answer: words } = chat.texts
  scriptAnswer(upstream, answer.text(`锡汞齐在这里。\n\n${'A long paragraph.\n\n'.repeat(60)}`))
  scriptAnswer(upstream, answer.text('Another answer.'))
  await start(chat, 'What is on the back?')
  await chat.button(words.regenerate).click()
  await expect(chat.lastAnswer).toContainText('Another answer.')
  await chat.settled('complete')
  await start(chat, 'Something else')

  await chat.openSidebar()
  const box = page.getByRole('combobox', { name: search.label }).filter({ visible: true })
  await box.fill('汞齐')
  const options = page.getByRole('option')
  await expect(options).toHaveCount(1)
  await expect(options.locator('mark')).toHaveText(['汞齐'])
  await expect(options).toHaveAttribute('aria-selected', 'true')
  await box.press('Enter')
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}#m-[0-9a-f-]{36}$/)
  await expect(chat.lastAnswer).toContainText('锡汞齐在这里。')
  await expect(chat.lastAnswer.getByText('锡汞齐在这里。')).toBeInViewport()
})

test('search by keyboard: arrows move, Esc clears, and nothing found says so', async ({ page, chat }) => {
  const { search } = chat.texts
  await start(chat, 'Silver spoon')
  await start(chat, 'Silver glass')
  const list = await chat.openSidebar()
  const box = page.getByRole('combobox', { name: search.label }).filter({ visible: true })
  await box.fill('SILVER')
  const options = page.getByRole('option')
  await expect(options).toContainText(['Silver glass', 'Silver spoon'])
  await box.press('ArrowDown')
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true')
  await expect(box).toHaveAttribute('aria-activedescendant', (await options.nth(1).getAttribute('id')) ?? '')
  await box.press('Escape')
  await expect(box).toHaveValue('')
  await expect(list).toBeVisible()
  await box.fill('没有的')
  await expect(page.getByText(fill(search.nothing, { query: '没有的' }))).toBeVisible()
})
