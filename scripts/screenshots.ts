// `npm run screenshots`: takes the pictures of the README from the running site, with scripted answers.
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer } from '#server/demo-upstream/script-steps.ts'
import { findChromium } from '#tests/support/chromium.ts'
import { startNodeSite, upstreamSettings } from '#tests/support/site.ts'
import { buildIfChanged } from './build-if-changed.ts'

interface Scene {
  locale: 'en' | 'zh-CN'
  theme: 'light' | 'dark'
  /** Asked before, to fill the list. */
  earlier: string[]
  question: string
  answer: string
}

const scenes: Scene[] = [
  {
    locale: 'en',
    theme: 'light',
    earlier: [
      'A polite reminder for an unpaid invoice',
      'Explain DNS to a ten-year-old',
      'Plan three days in Kyoto',
    ],
    question: 'Why does my Python loop skip every second element when I remove items?',
    answer: `You change the list while you walk over it. After \`remove\`, everything behind moves one place forward, but the loop's position still moves on, so it **jumps over the next item**.

Build a new list instead:

\`\`\`python
numbers = [1, 2, 2, 3, 4]
numbers = [n for n in numbers if n % 2 != 0]
print(numbers)  # [1, 3]
\`\`\`

| Approach | Time | Keeps the same list object |
| :--- | :--- | :---: |
| List comprehension | O(n) | no |
| Slice assignment, \`numbers[:] = …\` | O(n) | yes |
| \`remove\` in a loop | O(n²) | yes |`,
  },
  {
    locale: 'zh-CN',
    theme: 'dark',
    earlier: ['写一封客气的催款邮件', '给十岁的孩子讲讲 DNS', '京都三日行程'],
    question: '为什么我在 Python 循环里删除元素，总会漏掉一半？',
    answer: `因为你一边遍历列表，一边改它。**注意：**\`remove\` 之后，后面的元素都向前挪了一位，而循环的位置照样往后走，于是**正好跳过了下一个**。

换一种写法，生成一个新列表：

\`\`\`python
numbers = [1, 2, 2, 3, 4]
numbers = [n for n in numbers if n % 2 != 0]
print(numbers)  # [1, 3]
\`\`\`

| 写法 | 时间 | 还是原来的列表对象 |
| :--- | :--- | :---: |
| 列表推导式 | O(n) | 否 |
| 切片赋值 \`numbers[:] = …\` | O(n) | 是 |
| 循环里 \`remove\` | O(n²) | 是 |`,
  },
]

async function ask(page: Page, question: string): Promise<void> {
  const composer = page.getByRole('textbox').first()
  await composer.fill(question)
  await composer.press('Enter')
  await page.locator('[data-role=assistant][data-status=complete]').waitFor()
}

async function shoot(page: Page, upstream: DemoUpstream, scene: Scene): Promise<void> {
  for (const question of scene.earlier) {
    upstream.script(answer.text('…'))
    await page.goto('/')
    await ask(page, question)
  }
  upstream.script(answer.text(scene.answer))
  await page.goto('/')
  await ask(page, scene.question)
  await page.getByRole('textbox').first().blur()
  const file = path.join('docs', 'images', `chat.${scene.locale}.png`)
  await page.screenshot({ path: file, animations: 'disabled' })
  console.log(`  Wrote ${file}.`)
}

const browserHere = await findChromium()
if ('missing' in browserHere) throw new Error(`No pictures can be taken: ${browserHere.missing}`)
await buildIfChanged()
const upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
const site = await startNodeSite({
  env: upstreamSettings(upstream),
})
const browser = await chromium.launch(browserHere)
try {
  for (const scene of scenes) {
    const page = await browser.newPage({
      baseURL: site.url,
      locale: scene.locale,
      colorScheme: scene.theme,
      viewport: { width: 1200, height: 880 },
      deviceScaleFactor: 1.5,
    })
    await shoot(page, upstream, scene)
    await page.close()
  }
} finally {
  await browser.close()
  await site.stop()
  await upstream.close()
}
