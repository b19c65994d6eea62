import { expect, test } from 'vitest'
import { htmlAsText } from '#components/chat/markdown/html-as-text.ts'

const paragraph = (...children: { type: string; value: string }[]) => ({ type: 'paragraph', children })
const root = (...children: object[]) =>
  ({ type: 'root', children }) as Parameters<ReturnType<typeof htmlAsText>>[0]
const html = (value: string) => ({ type: 'html', value })

test.each(['<br>', '<br/>', '<sub>', '</sub>', '<details><summary>', '<KBD>'])('%s stays HTML', (tag) => {
  const tree = root(paragraph(html(tag)))
  htmlAsText()(tree)
  expect(tree).toEqual(root(paragraph(html(tag))))
})

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<b onclick=alert(1)>',
  '<!-- comment -->',
  '<input>',
  '<br><iframe src=//x>',
  '<style',
])('%s is shown as the text it is', (tag) => {
  const tree = root(html(tag), paragraph(html(tag)))
  htmlAsText()(tree)
  const text = { type: 'text', value: tag }
  expect(tree).toEqual(root(paragraph(text), paragraph(text)))
})

test('gives no children to a node that has none: plugins would take it for a parent', () => {
  const formula = { type: 'inlineMath', value: 'x' }
  const tree = root(paragraph(formula))
  htmlAsText()(tree)
  expect('children' in formula).toBe(false)
})
