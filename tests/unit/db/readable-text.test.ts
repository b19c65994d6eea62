import { expect, test } from 'vitest'
import { readableText } from '#lib/db/readable-text.ts'

const read = (markdown: string) => readableText(markdown, { asides: false })

test.each([
  // Words that stand together on the page do so here.
  ['这是**重点**内容，用`npm i`安装', '这是重点内容，用npm i安装'],
  ['**用 `x` 和 *y*** ~~旧~~ ***两***', '用 x 和 y 旧 两'],
  ['见[文档](https://a.example/b_(c)?d=1 "t")内容[^1]', '见文档内容'],
  ['[![图](i.png)](https://a.example) <https://b.example>', '图 https://b.example'],
  ['### 一、标题\n\n> - **引**\n>   1. 次', '一、标题\n• 引\n1. 次'],
  ['- [x] done\n- [ ] open\n***\nend\n===', '☑ done\n☐ open\nend'],
  ['| 名 | Price |\n|:--|--:|\n| **茶** | 5 |\n| a \\| b | `c` |', '名 · Price\n| 茶 · 5\n| a | b · c'],
  ['\\(x_i\\) und \\[ y \\] $$z$$ H<sub>2</sub>O a<br>b', 'x_i und  y  z H2O a b'],
  ['[^1]: A note', 'A note'],
  // What is no sign stays.
  [
    '2 * 3 * 4, 2 ** 3, a*b*c, snake_case_name, |x| + |y|',
    '2 * 3 * 4, 2 ** 3, a*b*c, snake_case_name, |x| + |y|',
  ],
  ['`__init__` and ``a ` b`` and <div>x</div> # 1', '__init__ and a ` b and <div>x</div> # 1'],
  ['\\*so\\* $5', '*so* $5'],
  ['```python\n# **a**\n\n| b |\n```\n**c**', '# **a**\n\n| b |\nc'],
])('%j is read as %j', (markdown, text) => expect(read(markdown)).toBe(text))

test('what is not read along stands at the end of its line', () => {
  expect(readableText('[a](https://x.example/y)b **c**\n```sql\nselect 1', { asides: true })).toBe(
    'ab c https://x.example/y\nsql\nselect 1',
  )
})

test('texts that are nothing but signs are read in no time that grows with their square', () => {
  for (const sign of ['[', '*a ', '**a ', '` a``b ', '[a](a', '<https://', ' _a', '|-', '[^a', '- ', '\\(']) {
    expect(read(sign.repeat(200_000 / sign.length)).length).toBeLessThanOrEqual(200_000)
  }
})
