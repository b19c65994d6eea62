import { expect, type Locator, type Page } from '@playwright/test'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import type { Locale } from '#lib/i18n/locale.ts'

/** The chat as a person meets it: found by role and name, never by the classes of its style. */
export function createChatPage(page: Page, locale: Locale = 'en') {
  const texts = dictionaryOf(locale)
  const composer = page.getByRole('textbox', { name: texts.composer.label })
  const sidebar = page.getByRole('navigation', { name: texts.sidebar.label })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const messages = (role: string) => page.locator(`[data-role="${role}"]`)

  /** Opens a page of the chat and waits until React answers there: a key pressed before that goes nowhere. */
  async function open(path = '/'): Promise<void> {
    await page.goto(path)
    await expect(composer).toBeVisible()
    await composer.evaluate(async (box) => {
      const nextFrame = () => new Promise((done) => requestAnimationFrame(done))
      while (!Object.keys(box).some((key) => key.startsWith('__reactProps'))) await nextFrame()
      await nextFrame()
    })
  }

  /** The list of conversations; on a phone it lies in a drawer that is opened first. */
  async function openSidebar(): Promise<Locator> {
    if (!(await sidebar.isVisible())) await page.getByRole('button', { name: texts.sidebar.open }).click()
    await expect(sidebar).toBeVisible()
    return sidebar
  }

  /** Does something with the open conversation that has a button in its bar; on a phone it is in the menu there. */
  async function chooseInBar(name: string): Promise<void> {
    const ofBar = button(name)
    if (await ofBar.isVisible()) return await ofBar.click()
    // Messages have such a menu too; the bar stands before them.
    await button(texts.conversation.more).first().click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  }

  /** Types a question and sends it with Enter, once the page is ready for that: then its send button is lit. */
  async function ask(question: string): Promise<void> {
    await composer.fill(question)
    await expect(button(texts.composer.send)).toHaveAttribute('aria-disabled', 'false')
    await composer.press('Enter')
    await expect(messages('user').last()).toHaveText(new RegExp(question))
  }

  const settled = (status: string) =>
    expect(messages('assistant').last()).toHaveAttribute('data-status', status)

  return {
    texts,
    composer,
    questions: messages('user'),
    answers: messages('assistant'),
    lastAnswer: messages('assistant').last(),
    button,
    /** The button of a new conversation that is in sight; its name may end with its keys. */
    newChat: page.getByRole('button', { name: new RegExp(`^${texts.sidebar.newChat}`) }).first(),
    open,
    openSidebar,
    chooseInBar,
    ask,
    /** Waits until the last answer has this status. */
    settled,
  }
}

export type ChatPage = ReturnType<typeof createChatPage>
