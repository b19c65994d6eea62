import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { DemoNotice } from '#components/chat/demo-notice.tsx'
import { formatDuration } from '#components/chat/duration.ts'
import { Markdown } from '#components/chat/markdown/markdown.tsx'
import { FailureCard } from '#components/chat/messages/failure-card.tsx'
import { MessageItem } from '#components/chat/messages/message-item.tsx'
import { SourcesContext } from '#components/chat/tools/cited.tsx'
import { SourceList } from '#components/chat/tools/source-list.tsx'
import { ToolCard, type ToolCardProps } from '#components/chat/tools/tool-card.tsx'
import { SiteFooter } from '#components/site-footer.tsx'
import { sourcesOf } from '#lib/chat/citations.ts'
import { type Message, runErrorCode } from '#lib/chat/contract.ts'
import { dictionaryOf } from '#lib/i18n/dictionary.ts'
import { locales } from '#lib/i18n/locale.ts'
import { toolTexts } from '#lib/i18n/rooms/tools.ts'
import { type Filing, filingsOf } from '#lib/legal/filings.ts'
import { noActions, renderInChat } from '#tests/support/in-chat.tsx'
import { sampleMessage } from '#tests/support/samples.ts'

const nothing = () => {}
const branch = { index: 1, count: 3, previousId: 'x', nextId: 'y' }
const answer = sampleMessage({
  id: 'a1',
  parentId: 'q1',
  parts: [{ type: 'text', text: 'Because.' }],
  model: 'm',
})

const markdown = (text: string, running = false) => renderInChat(<Markdown text={text} running={running} />)

test('Chinese emphasis closes before a letter', () => {
  expect(markdown('**注意：**这里')).toContain('<strong>注意：</strong>这里')
})

test('one tilde is “to”, and strikes nothing through; two do, also between Chinese', () => {
  expect(markdown('3~5天，10~15元')).toContain('<p>3~5天，10~15元</p>')
  expect(markdown('温度 ~20°C，湿度 ~60%')).not.toContain('<del>')
  expect(markdown('这是~~旧的：~~新的')).toContain('这是<del>旧的：</del>新的')
})

test('a line ends where it was ended, and only in prose', () => {
  expect(markdown('1、第一\n2、**第\n二**')).toContain('<p>1、第一<br/>\n2、<strong>第<br/>\n二</strong></p>')
  expect(markdown('> 镜中无我\n> 我中有镜')).toContain('镜中无我<br/>\n我中有镜')
  expect(markdown('- one\n- two\n\nA\n\nB  \nC')).toMatch(
    /one<\/li>\s*<li>two.*<p>A<\/p>.*<p>B<br\/>\s*C<\/p>/s,
  )
  expect(markdown('`a\nb`\n\n```\nc\nd\n```')).not.toContain('<br')
})

test('a link leads nowhere until its address has arrived, and never elsewhere than to a page', () => {
  expect(markdown('See [the docs](https://exa', true)).toContain('See <span>the docs</span>')
  expect(markdown('[a](https://x.test) [b](mailto:b@x.test)')).toMatch(/href="https:.*href="mailto:/)
  expect(
    markdown('[a](intent://x.test#Intent;end) [b](javascript:go()) [c](data:text/html,x)'),
  ).not.toContain('href')
})

test('an answer loads nothing: images are links, and HTML is text', () => {
  const html = markdown(
    '![cat](https://x.test/c.png) <img src="//x.test/i"> <script>go()</script>\n\n<iframe src="//x.test">',
  )
  expect(html).not.toMatch(/<(img|script|iframe)/)
  expect(html).toContain('href="https://x.test/c.png"')
  expect(html).toContain('&lt;script&gt;go()&lt;/script&gt;')
  expect(html).toContain('&lt;iframe')
})

test('links open elsewhere without telling from where; script addresses are no links', () => {
  const html = markdown('[a](https://x.test) [b](javascript:go())')
  expect(html).toMatch(
    /<a href="https:\/\/x\.test\/?"[^>]*target="_blank" rel="noopener noreferrer nofollow"/,
  )
  expect(html).not.toContain('javascript:')
})

test('what leads nowhere from a page is words and their address, and an address ends with Chinese punctuation', () => {
  expect(markdown('[打开](vscode://file/x)，[code](src/a.ts) [b.ts](b.ts) ![图](ftp://x.test/y)')).toContain(
    '打开 (vscode://file/x)，code (src/a.ts) b.ts 图 (ftp://x.test/y)',
  )
  expect(markdown('[空]() [data](data:text/html,x)')).toContain('>空 data<')
  expect(markdown('见 www.x.test。还有')).toMatch(
    /<a href="http:\/\/www\.x\.test\/?"[^>]*>www\.x\.test<\/a>。还有/,
  )
})

test('the numbers of a list have room', () => {
  expect(markdown('2024. So')).toContain('data-digits="4"')
  expect(markdown('99. So\n100. so')).toContain('data-digits="3"')
  expect(markdown('1. So')).not.toContain('data-digits')
})

test('an answer’s headings lie below the page’s own', () => {
  expect(markdown('# One')).toContain('<h1 aria-level="3">')
})

test('code keeps its lines and names its language', () => {
  const html = markdown('```ts\nconst a = 1\n\nconst b = "**"\n```')
  expect(html).toContain('<span>ts</span>')
  expect(html).toContain('const a = 1\n\nconst b = &quot;**&quot;</code>')
})

test('messages are marked with their role and id', () => {
  const html = renderInChat(<MessageItem message={answer} branch={branch} actions={noActions} />)
  expect(html).toContain('data-role="assistant" data-message-id="a1"')
  expect(html).toContain('2 / 3')
})

test('an answer that was stopped or broke off can be gone on with; a complete one cannot', () => {
  const html = (status: Message['status']) =>
    renderInChat(<MessageItem message={{ ...answer, status }} branch={branch} actions={noActions} />)
  expect(html('stopped')).toContain('Continue')
  expect(html('interrupted')).toContain('Continue')
  for (const status of ['complete', 'running', 'failed'] as const) {
    expect(html(status)).not.toContain('Continue')
  }
})

test('an answer that upstream left in the middle says so once; what upstream said of it is shown', () => {
  const html = (error: Message['error']) =>
    renderInChat(
      <MessageItem
        message={{ ...answer, status: 'interrupted', error }}
        branch={branch}
        actions={noActions}
      />,
    )
  const en = dictionaryOf('en')
  const cut = html({ code: 'upstream_down' })
  expect(cut).toContain(en.answer.cutHint)
  expect(cut).toContain('Continue')
  expect(cut).not.toContain('failure-card')
  expect(html({ code: 'upstream_down', detail: 'Overloaded.' })).toContain('Overloaded.')
  expect(html({ code: 'account_rate' })).toContain(en.failure.account_rate.what)
  expect(html(null)).toContain(en.answer.interruptedHint)
})

test('the arrows of a question lead to its versions, those of an answer to other answers', () => {
  const html = (role: Message['role']) =>
    renderInChat(<MessageItem message={{ ...answer, role }} branch={branch} actions={noActions} />)
  expect(html('user')).toMatch(/aria-label="Previous version".*Version 2 of 3/)
  expect(html('assistant')).toMatch(/aria-label="Previous answer".*Answer 2 of 3/)
})

test('a question is shown as it was typed', () => {
  const question: Message = { ...answer, role: 'user', parts: [{ type: 'text', text: '**a**\n<b>' }] }
  const html = renderInChat(
    <MessageItem message={question} branch={{ ...branch, count: 1 }} actions={noActions} />,
  )
  expect(html).toContain('**a**\n&lt;b&gt;')
})

test.each(runErrorCode.options)('the failure %s offers at least one thing to do', (code) => {
  const card = (
    <FailureCard error={{ code }} failedAt={0} onRetry={nothing} onEdit={nothing} onNewChat={nothing} />
  )
  expect(renderInChat(card)).toMatch(/<button[^>]*class="button button-primary"/)
})

test.each(['no_key', 'key_refused', 'account_money', 'account_rate'] as const)(
  'where people ask with their own keys, %s is theirs to mend and not the operator’s',
  (code) => {
    const card = (
      <FailureCard error={{ code }} failedAt={0} onRetry={nothing} onEdit={nothing} onNewChat={nothing} />
    )
    for (const locale of locales) {
      const { failure } = dictionaryOf(locale)
      const html = renderInChat(card, { locale, ownKeys: 'needed' })
      expect(html).toContain(failure.ofOwnKey[code].did)
      expect(html).not.toMatch(/operator|Whoever runs|运营者/)
      expect(html.includes(failure.changeKey)).toBe(code !== 'account_rate')
      expect(renderInChat(card, { locale, ownKeys: 'allowed' })).toContain(failure[code].did)
    }
  },
)

test.each([
  ['a visitor', {}, ['retry']],
  ['a visitor who may use a key of their own', { ownKeys: 'allowed' }, ['retry', 'useOwnKey']],
  ['who runs the site', { runsSite: true }, ['setKey', 'retry']],
  ['anybody where no key is set', { upstream: 'none' }, ['setKey', 'retry']],
  ['a visitor of a site that has no key', { ownKeys: 'needed' }, ['changeKey', 'retry']],
] as const)('a refused key: %s is offered what they can do, and nothing else', (_, site, offered) => {
  for (const locale of locales) {
    const { failure } = dictionaryOf(locale)
    const html = renderInChat(
      <FailureCard
        error={{ code: 'key_refused' }}
        failedAt={0}
        onRetry={nothing}
        onEdit={nothing}
        onNewChat={nothing}
      />,
      { locale, ...site },
    )
    const buttons = [...html.matchAll(/<button[^>]*>([^<]*)</g)].map(([, words]) => words)
    expect(buttons).toEqual(offered.map((name) => failure[name]))
    expect(html.includes(failure.orOwnKey)).toBe('ownKeys' in site && site.ownKeys === 'allowed')
    expect(html.includes('popoverTarget')).toBe(buttons.includes(failure.setKey))
  }
})

test('upstream’s own sentence is told apart from the site’s', () => {
  const html = renderInChat(
    <FailureCard
      error={{ code: 'account_rate', detail: 'Slow down <now>.' }}
      failedAt={0}
      onRetry={nothing}
      onEdit={nothing}
      onNewChat={nothing}
    />,
  )
  expect(html).toMatch(/<blockquote.*Upstream says:.*Slow down &lt;now&gt;\..*<\/blockquote>/)
})

test('a limit of the site’s own is not put into upstream’s mouth', () => {
  const html = renderInChat(
    <FailureCard
      error={{ code: 'site_limit', detail: 'This is this site’s own limit.', retryAfterMs: 60_000 }}
      failedAt={0}
      onRetry={nothing}
      onEdit={nothing}
      onNewChat={nothing}
    />,
  )
  expect(html).toMatch(/The site says:.*own limit/)
  expect(html).not.toContain('Upstream says')
})

test.each([
  [42, '42 s', '42 秒'],
  [65, '1:05', '1:05'],
  [7_200, '2:00:00', '2:00:00'],
])('%i seconds are written %s, in Chinese %s', (seconds, english, chinese) => {
  expect(formatDuration(seconds, dictionaryOf('en'))).toBe(english)
  expect(formatDuration(seconds, dictionaryOf('zh-CN'))).toBe(chinese)
})

test.each(locales)('in %s a page without a model says so', (locale) => {
  const { demo } = dictionaryOf(locale)
  expect(renderInChat(<DemoNotice />, { locale, upstream: 'demo' })).toContain(demo.banner)
  expect(renderInChat(<DemoNotice />, { locale, upstream: 'none' })).toContain(demo.noKey)
  expect(renderInChat(<DemoNotice />, { locale, upstream: 'real' })).toBe('')
})

test.each(locales)('the footer in %s carries the notice and the terms', (locale) => {
  const html = renderToStaticMarkup(<SiteFooter texts={dictionaryOf(locale)} filings={[]} />)
  expect(html.replaceAll(/<[^>]+>/g, '')).toContain(dictionaryOf(locale).notice)
  expect(html).toContain('href="/terms"')
  expect(html).toContain('href="/privacy"')
})

test('numbers of authorities are shown with the way to their registries, and only where they are set', () => {
  const none = { ICP_NUMBER: undefined, POLICE_NUMBER: undefined, MODEL_FILING: undefined }
  const footer = (filings: readonly Filing[]) =>
    renderToStaticMarkup(<SiteFooter texts={dictionaryOf('zh-CN')} filings={filings} />)
  expect(footer(filingsOf(none))).not.toContain('lang="zh-CN"')
  const html = footer(
    filingsOf({
      ICP_NUMBER: '京ICP备1号',
      POLICE_NUMBER: '京公网安备11000000000001号',
      MODEL_FILING: '某模型',
    }),
  )
  expect(html).toMatch(/href="https:\/\/beian\.miit\.gov\.cn\/"[^>]*>京ICP备1号</)
  const police =
    /<a [^>]*href="https:\/\/beian\.mps\.gov\.cn\/#\/query\/webSearch\?code=11000000000001"[^>]*>.*?<\/a>/
  expect(police.exec(html)?.[0]).toMatch(/<svg[^>]*aria-hidden="true".*京公网安备11000000000001号/)
  expect(html.match(/<svg/g)).toHaveLength(1)
  expect(html).toContain('某模型')
})

test.each(locales)('in %s a tool’s card says how its call stands', (locale) => {
  const { webSearch, failed, unfinished } = toolTexts[locale]
  const call = { type: 'tool-call', id: 'c', name: 'web_search', input: { query: 'tain' } } as const
  const result = { type: 'tool-result', callId: 'c', output: 'page' } as const
  const card = (props: Partial<ToolCardProps>) =>
    renderInChat(<ToolCard call={call} result={undefined} answerRuns={false} wentOn={false} {...props} />, {
      locale,
    })
  expect(card({ answerRuns: true })).toMatch(new RegExp(`data-running.*${webSearch.running}.*tain`))
  expect(card({ wentOn: true })).toContain(webSearch.done)
  expect(card({ wentOn: true })).not.toMatch(/<details|data-running/)
  expect(card({ result })).toMatch(new RegExp(`<details.*${webSearch.done}.*<pre>page`))
  expect(card({ result: { ...result, isError: true } })).toMatch(
    new RegExp(`data-failed.*${webSearch.tried}.*${failed}`),
  )
  expect(card({})).toContain(unfinished)
  // What OpenAI does not tell is not shown as if it were something.
  expect(card({ result: { ...result, output: { outputs: null } } })).not.toContain('<pre>')
})

test('a tool’s input and output are text, whatever is in them', () => {
  const html = renderInChat(
    <ToolCard
      call={{ type: 'tool-call', id: 'c', name: 'constructor', input: { code: 'a < b' } }}
      result={{ type: 'tool-result', callId: 'c', output: { html: '<script>go()</script>' } }}
      answerRuns={false}
      wentOn
    />,
  )
  expect(html).toContain('<pre>a &lt; b</pre>')
  expect(html).toContain('Used constructor')
  expect(html).not.toContain('<script>')
})

test('sources are listed once each, and only pages of the web', () => {
  const source = (url: string, title: string | null = null) =>
    ({ type: 'source', id: url, url, title }) as const
  const html = renderInChat(
    <SourceList
      parts={[
        source('https://www.a.test/x', 'A <b>'),
        source('https://www.a.test/x'),
        source('javascript:go()', 'Bad'),
        source('no address'),
        source('http://b.test/'),
      ]}
    />,
  )
  expect(html.match(/<li>/g)).toHaveLength(2)
  expect(html).toContain('A &lt;b&gt;</a>')
  expect(html).toContain('>b.test</a>')
  expect(html).not.toContain('javascript:')
  expect(renderInChat(<SourceList parts={[source('javascript:go()')]} />)).toBe('')
})

test('citations are small numbers that lead to their pages and load nothing', () => {
  const text = 'Silver ([a.test](https://a.test/x)), and tin [2](#tain-source-9).'
  const citation = { at: 35, start: 7, end: 35, url: 'https://a.test/x', title: 'A "b"' }
  const sources = sourcesOf([{ type: 'text', text, citations: [citation] }])
  const html = renderInChat(
    <SourcesContext value={sources}>
      <Markdown text={text} citations={[citation]} running={false} />
    </SourcesContext>,
  )
  expect(html).toMatch(
    /Silver<sup class="cited"><a href="https:\/\/a\.test\/x" title="A &quot;b&quot; · a\.test" aria-label="Source 1: A &quot;b&quot;" target="_blank" rel="noopener noreferrer nofollow">1<\/a><\/sup>, and/,
  )
  // What an answer itself makes look like a citation leads nowhere.
  expect(html).toContain('tin [9].')
})

test('a citation that is arriving does not flicker as a link', () => {
  for (const arriving of ['Silver ([a.te', 'Silver ([a.test](https://a', '银（[a.test](https://a.test/)）']) {
    expect(renderInChat(<Markdown text={arriving} running />)).not.toContain('a.te')
  }
  expect(renderInChat(<Markdown text="Silver ([a.test" running={false} />)).toContain('([a.test')
})

test.each(locales)(
  'in %s an answer says how long was thought, also where nothing was told of it',
  (locale) => {
    const { thoughtFor, reasoning } = dictionaryOf(locale).answer
    const html = (parts: Message['parts'], status: Message['status'] = 'complete') =>
      renderInChat(
        <MessageItem message={{ ...answer, parts, status }} branch={branch} actions={noActions} />,
        { locale },
      )
    const said = { type: 'text', text: 'So.' } as const
    const first = { type: 'reasoning', text: 'One.' } as const
    const thought = thoughtFor.replace('{time}', '1:05')
    const whole = html([first, { type: 'reasoning', text: 'Two.', ms: 65_000 }, said])
    expect(whole).toContain(`<summary>${thought}</summary><div class="reasoning-text">One.\n\nTwo.</div>`)
    expect(html([{ type: 'reasoning', text: '', ms: 65_000 }, said])).toContain(
      `<p class="thought">${thought}</p>`,
    )
    expect(html([first, said])).toContain(`<summary>${reasoning}</summary>`)
    expect(html([first], 'running')).toContain('<details class="reasoning" open="">')
  },
)

test('what code made is saved and shown from here; what is not here is words', () => {
  const file = (fileId: string, name: string, mediaType: string) =>
    ({ type: 'file', fileId, name, mediaType, bytes: 3 }) as const
  const text =
    '[table](sandbox:/mnt/data/a%20b.csv) ![chart](sandbox:/mnt/data/c.png) [zip](sandbox:/mnt/data/d.zip) ![e](sandbox:/mnt/data/e.png)'
  const parts = [
    { type: 'text', text } as const,
    file('f1', 'a b.csv', 'text/plain'),
    file('f2', 'c.png', 'image/png'),
  ]
  const html = renderInChat(
    <MessageItem message={{ ...answer, parts }} branch={branch} actions={noActions} />,
  )
  expect(html).toContain('<a href="/api/files/f1" download="a b.csv">table</a>')
  expect(html).toMatch(/<button[^>]* aria-label="Open chart large"><img src="\/api\/files\/f2\?as=view"/)
  expect(html).toContain('<span>zip</span> <span>e</span>')
  // It is shown once.
  expect(html.match(/<img/g)).toHaveLength(1)
})
