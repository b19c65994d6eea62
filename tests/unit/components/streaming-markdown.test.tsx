import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { parseMarkdownIntoBlocks } from 'streamdown'
import { expect, it } from 'vitest'
import { ReadingContext } from '#components/chat/chat-context.ts'
import { Markdown } from '#components/chat/markdown/markdown.tsx'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'

const reading = { locale: 'zh-CN', texts: dictionaryOf('zh-CN') } as const

const render = (text: string, running: boolean) =>
  renderToStaticMarkup(
    <ReadingContext value={reading}>
      <Markdown text={text} running={running} />
    </ReadingContext>,
  )

/** What models write, in pieces that may be cut anywhere. */
const block = fc.constantFrom(
  '**注意：**这里有 `code` 和 [link](https://x.test)。',
  '# Heading *with* ~~marks~~',
  '- one\n- **two**\n  - three',
  '1. first\n2. second\n\n   still second',
  '```ts\nconst a = "**"\n\n// `x`\n```',
  '~~~mermaid\ngraph TD\nA-->B\n~~~',
  '| a | 表 |\n| --- | ---: |\n| 1 | $2 |',
  '> quoted\n>\n> > twice',
  'Price $5 to $10, and $x > 0$.\n\n\\[\n\\frac{1}{x}\n\\]',
  '![alt](https://x.test/a.png) <b>x</b> <script>y</script>',
  'A note[^1].\n\n[^1]: It is 镜。',
  '- [ ] open\n- [x] done',
  '---',
  '😀 é \u0301 &amp; \\* \\',
)

it('any beginning of an answer can be shown while it grows', () => {
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (list, share) => {
        const text = list.join('\n\n')
        const beginning = text.slice(0, Math.round(text.length * share))
        expect(render(beginning, true)).toContain('class="')
      },
    ),
    { numRuns: Number(process.env.STREAMING_RUNS ?? 60) },
  )
})

it('what stands before a growing last block does not change any more', () => {
  // A footnote's text makes its answer one block: it may be meant by anything before it.
  const settled = block.filter((text) => !text.includes('[^1]'))
  fc.assert(
    fc.property(
      fc.array(settled, { minLength: 2, maxLength: 5 }),
      fc.double({ min: 0.2, max: 1, noNaN: true }),
      (list, share) => {
        const text = list.join('\n\n')
        const beginning = text.slice(0, Math.round(text.length * share))
        const before = parseMarkdownIntoBlocks(beginning)
        const whole = parseMarkdownIntoBlocks(text)
        // The last two may still be one: a blank line can be the beginning of a list's next item.
        const closed = before.slice(0, -2)
        expect(whole.slice(0, closed.length)).toEqual(closed)
      },
    ),
    { numRuns: Number(process.env.STREAMING_RUNS ?? 60) },
  )
})
