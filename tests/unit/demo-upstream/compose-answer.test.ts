import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createComposer, languageOf, quoted, sectionsFor } from '#server/demo-upstream/compose-answer.ts'
import type { Turn } from '#server/demo-upstream/conversation.ts'

const user = (text: string): Turn => ({ role: 'user', text })
const assistant: Turn = { role: 'assistant', text: 'Something.' }

describe('the language of an answer', () => {
  test.each([
    ['你好', 'zh'],
    ['用 JavaScript 写一个 debounce 函数', 'zh'],
    ['解释这段代码\n```js\nfor (const a of items) console.log(a, items, other, names)\n```', 'zh'],
    ['What does 你好 mean?', 'en'],
    ['Hello there', 'en'],
    ['これは漢字ですか', 'en'],
    ['', 'en'],
  ])('%j is answered in %s', (question, language) => {
    expect(languageOf(question)).toBe(language)
  })
})

describe('the parts of an answer', () => {
  test.each([
    ['写一段代码', ['typescript']],
    ['Write a Python function', ['python']],
    ['a table of my ideas', ['table', 'list']],
    ['给我一个数学公式', ['math']],
    ['我的 API key 放在哪里', ['setup']],
    ['Tell me a long story', ['list', 'typescript', 'table', 'math', 'python', 'sql']],
    ['What is the weather?', ['overview']],
  ])('%j', (question, sections) => {
    expect(sectionsFor(question, 0)).toEqual(sections)
  })

  test('questions that name nothing get another sample each turn', () => {
    expect([1, 2, 3, 4, 5].map((turn) => sectionsFor('And then?', turn)[0])).toEqual([
      'list',
      'table',
      'typescript',
      'math',
      'list',
    ])
  })
})

describe('an answer', () => {
  test.each([
    ['zh', '你好', '内置的演示', '**注意：**密钥'],
    ['en', 'Hello', 'built-in demo', '**Good to know:** the key'],
  ])('in %s says what it is, how to set a key, and shows the formatting', (_, question, demo, bold) => {
    const { text } = createComposer().compose([user(question)])
    expect(text).toContain(demo)
    expect(text).toContain('OPENAI_API_KEY=sk-… npm start')
    expect(text).toContain('`.env`')
    expect(text).toContain(bold)
    expect(text).toMatch(/^## /m)
    expect(text).toMatch(/^1\. /m)
    expect(text).toMatch(/^\| --- \|/m)
    expect(text).toContain('```bash')
  })

  test.each(['写一个 SQL 查询', 'Explain an equation', '做一个表格', 'steps, please', '用代码和公式讲讲'])(
    'to %j quotes the question, says that it is the demo, and names the key',
    (question) => {
      const { text } = createComposer().compose([user(question)])
      expect(text).toContain(`> ${question}`)
      expect(text).toMatch(/内置的演示|the demo built into this site/)
      expect(text).toContain('OPENAI_API_KEY')
      expect(text).not.toContain('{{')
    },
  )

  test('formulas come inline and displayed', () => {
    const { text } = createComposer().compose([user('数学')])
    expect(text).toMatch(/[^$]\$[^$\n]+\$[^$]/)
    expect(text).toMatch(/\n\$\$\n[^$]+\n\$\$\n/)
  })

  test('asked again, it reads differently but tells the same', () => {
    const composer = createComposer()
    const [first, second] = [composer.compose([user('一个公式')]), composer.compose([user('一个公式')])]
    expect(second.text).not.toBe(first.text)
    expect(second.text).toContain('高斯积分')
    composer.reset()
    expect(composer.compose([user('一个公式')])).toEqual(first)
  })

  test('every part exists in both languages', () => {
    const composer = createComposer()
    for (const question of ['Tell me a long story', '写一篇长文', 'api key', '密钥', 'hi', '你好']) {
      expect(composer.compose([user(question)]).text.length).toBeGreaterThan(300)
    }
  })
})

describe('a title', () => {
  const system: Turn = { role: 'system', text: 'Write a short title for the conversation.' }

  test('is made of the first question when the instructions ask for one', () => {
    const turns = [system, user('How do I bake bread? Thanks in advance'), assistant]
    expect(createComposer().compose(turns).text).toBe('How do I bake bread')
  })

  test('follows the language of the question', () => {
    const turns = [user('怎样在家里烤面包？'), assistant, user('请为以上对话生成一个简短的标题')]
    expect(createComposer().compose(turns).text).toBe('怎样在家里烤面包')
  })

  test('is taken from the request itself when nothing was said before', () => {
    expect(createComposer().compose([user('Generate a title: my day at sea')]).text).toBe('my day at sea')
  })

  test('has a fallback', () => {
    expect(createComposer().compose([system, user('')]).text).toBe('New conversation')
  })

  test('a persona that mentions titles does not turn every answer into one', () => {
    const persona: Turn = { role: 'system', text: 'You are helpful. Use a title case.' }
    expect(createComposer().compose([persona, user('hi')]).text.length).toBeGreaterThan(300)
  })
})

describe('a quoted question', () => {
  test('is one short line without markup', () => {
    expect(quoted('# a\n\n*b* $c$')).toBe('\\# a \\*b\\* \\$c\\$')
    expect(quoted('1. first')).toBe('1\\. first')
    expect(quoted('长'.repeat(80))).toBe(`${'长'.repeat(60)}…`)
  })

  test('never breaks the line or leaves a special character bare', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (question) => {
        const line = quoted(question)
        expect(line).not.toMatch(/[\n\r]/)
        expect(line.replace(/\\[\s\S]/g, '')).not.toMatch(/[`*_[\]<>#|$~\\]/)
      }),
    )
  })
})
