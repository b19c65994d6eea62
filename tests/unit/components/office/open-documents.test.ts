import { describe, expect, it } from 'vitest'
import { takeText } from '#components/chat/files/office/read-office.ts'
import { type OdfParts, odfParts, type Parts, zipOf } from '#tests/support/office.ts'

const signal = new AbortController().signal
const take = async (parts: Parts, maxBytes = 1_000_000) =>
  await takeText(await zipOf(parts), { maxBytes, signal })
const textOf = async (parts: Parts) => {
  const taken = await take(parts)
  return 'text' in taken ? taken.text : taken
}
const readWriting = (body: string, more: Partial<OdfParts> = {}) =>
  textOf(odfParts('text', { body, ...more }))
const readSheets = (body: string, more: Partial<OdfParts> = {}) =>
  textOf(odfParts('spreadsheet', { body, ...more }))
const readSlides = (body: string, more: Partial<OdfParts> = {}) =>
  textOf(odfParts('presentation', { body, ...more }))

const p = (text: string, style = 'Standard') => `<text:p text:style-name="${style}">${text}</text:p>`
const h = (text: string, level = 1, more = '') =>
  `<text:h text:outline-level="${level}" ${more}>${text}</text:h>`
const item = (content: string, more = '') => `<text:list-item ${more}>${content}</text:list-item>`
const list = (items: string, attributes = '') => `<text:list ${attributes}>${items}</text:list>`
const numbers = (level: number, format: string, more = '') =>
  `<text:list-level-style-number text:level="${level}" style:num-format="${format}" ${more}/>`
const hiddenText = '<style:text-properties text:display="none"/>'

describe('a text of OpenDocument', () => {
  it('has its title and headings, with the numbers that the outline gives them', async () => {
    const styles = `<text:outline-style style:name="Outline">
      <text:outline-level-style text:level="1" style:num-format="一, 二, 三, ..." style:num-prefix="第" style:num-suffix="章"/>
      <text:outline-level-style text:level="2" style:num-format="01, 02, 03, ..." loext:is-legal="true" style:num-suffix="." text:display-levels="2"/>
      <text:outline-level-style text:level="3" style:num-format=""/></text:outline-style>
      <style:style style:name="Free" style:family="paragraph" style:list-style-name=""/>`
    const automatic =
      '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    const body = [
      p('年度报告', 'P1'),
      h('Beginning'),
      h('Numbers', 2),
      h('More', 2),
      h('Text', 3),
      h('Unnumbered', 1, 'text:is-list-header="true"'),
      h('Of its own', 1, 'text:style-name="Free"'),
      h('Later', 1, 'text:restart-numbering="true" text:start-value="9"'),
    ]
    expect(await readWriting(body.join(''), { styles, automatic })).toBe(
      '# 年度报告\n\n# 第一章 Beginning\n\n## 1.01. Numbers\n\n## 1.02. More\n\n### Text\n\n# Unnumbered\n\n# Of its own\n\n# 第九章 Later\n',
    )
  })

  it('has the numbers of its lists as they are shown, also where one goes on after a text', async () => {
    const automatic = `<text:list-style style:name="L1">${numbers(1, '1', 'loext:num-list-format="第%1%条"')}${numbers(2, 'a', 'style:num-prefix="(" style:num-suffix=")"')}</text:list-style>
      <text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/>${numbers(2, 'I', 'text:start-value="4"')}</text:list-style>`
    const body = [
      list(
        item(p('Goods') + list(item(p('Silk')) + item(p('Tea') + p('green')))) +
          item(list(item(p('Rice')))) +
          item(p('')) +
          item(p('Price')),
        'text:style-name="L1" xml:id="list1"',
      ),
      p('A text between.'),
      list(item(p('Going on')), 'text:style-name="L1" text:continue-list="list1"'),
      list(item(p('of a style that is not there')), 'text:style-name="L9"'),
      list(item(p('Anew')) + item(p('at seven'), 'text:start-value="7"'), 'text:style-name="L1"'),
      list(
        `<text:list-header>${p('Of no number')}</text:list-header>${item(p('a point') + list(item(p('below it'))))}`,
        'text:style-name="L2"',
      ),
    ]
    expect(await readWriting(body.join(''), { automatic })).toBe(`第1条 Goods
   (a) Silk
   (b) Tea
     green
   (c) Rice
第3条 Price

A text between.

第4条 Going on
- of a style that is not there
第1条 Anew
第7条 at seven

Of no number

- a point
   IV below it
`)
  })

  it('has its tables, with merged cells and repeated ones, and frames around text as text', async () => {
    const cell = (content: string, more = '') => `<table:table-cell ${more}>${content}</table:table-cell>`
    const row = (cells: string, more = '') => `<table:table-row ${more}>${cells}</table:table-row>`
    const inner = `<table:table>${row(cell(p('x')) + cell(p('y')))}</table:table>`
    const table = `<table:table><table:table-column/><table:table-header-rows>${row(`${cell(p('Both'), 'table:number-columns-spanned="2"')}<table:covered-table-cell/>${cell(p('a|b'))}`)}</table:table-header-rows>
      ${row(cell(p('two') + p('lines')) + cell(inner) + cell(''))}
      ${row(cell(p('n')), 'table:number-rows-repeated="2"')}${row(cell(''), 'table:number-rows-repeated="1000000000"')}</table:table>`
    expect(await readWriting(table)).toBe(
      '| Both |  | a\\|b |\n| --- | --- | --- |\n| two<br>lines | x / y |  |\n| n |  |  |\n| n |  |  |\n|  |  |  |\n',
    )
    const wide = row(cell(p('x'), 'table:number-columns-repeated="1000000000"') + cell(p('y')))
    expect(((await readWriting(`<table:table>${wide}</table:table>`)) as string).length).toBeLessThan(1_000)
    expect(await readWriting(`<table:table>${row(cell(p('One') + p('Two')))}</table:table>`)).toBe(
      'One\n\nTwo\n',
    )
    const bomb = row(
      cell(p('x'), 'table:number-columns-repeated="60"'),
      'table:number-rows-repeated="999999999"',
    )
    expect(await readWriting(`<table:table>${bomb}</table:table>`)).toEqual({ reason: 'unfolds' })
  })

  it('has notes and comments at its end, boxes after their paragraph, links, and marks for what is no text', async () => {
    const body = `<text:p>See <text:a xlink:href="https://example.com/a">the site</text:a><text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>${p('Below.')}</text:note-body></text:note><office:annotation><dc:creator>林</dc:creator><dc:date>2026-11-28</dc:date>${p('Is it so?')}</office:annotation><draw:frame draw:name="i"><draw:image xlink:href="Pictures/1.png"/><svg:title>T</svg:title><svg:desc>A  silver fish</svg:desc></draw:frame><draw:frame><draw:text-box>${p('In the box')}</draw:text-box></draw:frame> <draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/Object 1"/></draw:frame> <draw:frame><draw:object xlink:href="./Object 2"/></draw:frame></text:p>${p('After')}`
    const entry = (path: string, kind: string) =>
      `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="application/vnd.oasis.opendocument.${kind}"/>`
    const text = await readWriting(body, {
      entries: entry('Object 1/', 'formula') + entry('Object 2/', 'chart'),
      parts: {
        'Object 1/content.xml':
          '<math><semantics><mi>x</mi><annotation encoding="StarMath 5.0">{x} over {y}</annotation></semantics></math>',
      },
    })
    expect(text).toBe(
      'See [the site](https://example.com/a)[^1][^comment1][image: A silver fish] {x} over {y} [chart]\n\nIn the box\n\nAfter\n\n[^1]: Below.\n\n[^comment1]: 林: Is it so?\n',
    )
  })

  it('has the words that are seen: no deleted or hidden ones, and spaces where its elements say so', async () => {
    const automatic = `<style:style style:name="T1" style:family="text">${hiddenText}</style:style><style:style style:name="P1" style:family="paragraph">${hiddenText}</style:style>`
    const body = `<text:tracked-changes><text:changed-region><text:deletion>${p('deleted')}</text:deletion></text:changed-region></text:tracked-changes>
      <text:section text:name="s" text:display="none">${p('section')}</text:section>
      <text:section text:name="t">${p('shown')}</text:section>${p('hidden', 'P1')}
      <text:p>  a
        b<text:s text:c="3"/>c<text:tab/>d<text:line-break/>e <text:span text:style-name="T1">secret</text:span><text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>zì</text:ruby-text></text:ruby></text:p>`
    expect(await readWriting(body, { automatic })).toBe('shown\n\na b   c\td\ne 字\n')
  })
})

describe('a spreadsheet of OpenDocument', () => {
  const row = (cells: string, times = 1) =>
    `<table:table-row table:number-rows-repeated="${times}">${cells}</table:table-row>`
  const cell = (type: string, value: string, more = '') =>
    `<table:table-cell office:value-type="${type}" ${value} ${more}><text:p>as shown</text:p></table:table-cell>`
  const words = (text: string, more = '') =>
    `<table:table-cell office:value-type="string" ${more}><office:annotation><text:p>no</text:p></office:annotation><text:p>${text}</text:p></table:table-cell>`
  const gap = (times: number) => `<table:table-cell table:number-columns-repeated="${times}"/>`
  const table = (name: string, rows: string, more = '') =>
    `<table:table table:name="${name}" ${more}><table:shapes><draw:frame><draw:text-box><text:p>no</text:p></draw:text-box></draw:frame></table:shapes><table:table-column/>${rows}</table:table>`

  it('has its sheets by name, with their rows, the gaps between them, and none of what is hidden', async () => {
    const automatic =
      '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    const body = [
      table(
        '报表 &amp; more',
        row(gap(16_384)) +
          `<table:table-header-rows>${row(gap(1) + words('名称') + gap(1) + cell('float', 'office:value="7"') + gap(16_380))}</table:table-header-rows>` +
          row(words('x', 'table:number-columns-repeated="3"'), 2) +
          row(gap(16_384), 5) +
          row(
            `${words('merged')}<table:covered-table-cell><text:p>under it</text:p></table:covered-table-cell>${words('end')}`,
          ) +
          row(gap(16_384), 1_048_000),
      ),
      table('Empty', row(gap(16_384), 1_048_576)),
      table('Secret', row(words('salary')), 'table:style-name="ta2"'),
      table("'file:///documents/b.ods'#$Sheet1", row(words('elsewhere'))),
      table('Two', row(words('one<text:line-break/>line'))),
    ]
    expect(await readSheets(body.join(''), { automatic })).toBe(
      '## 报表 & more\n\n\t名称\t\t7\nx\tx\tx\nx\tx\tx\n\nmerged\t\tend\n\n## Secret\n\n(hidden, not included)\n\n## Two\n\none line\n',
    )
  })

  it('has the values of cells as those of Excel are written, and formulas that were never computed', async () => {
    const cells = [
      cell('date', 'office:date-value="2026-11-28"'),
      cell('date', 'office:date-value="2026-11-28T14:30:00"'),
      cell('percentage', 'office:value="0.28999999999999998"'),
      cell('time', 'office:time-value="PT09H05M00S"'),
      cell('time', 'office:time-value="PT26H00M01S"'),
      cell('currency', 'office:currency="CNY" office:value="0.30000000000000004"'),
      cell('boolean', 'office:boolean-value="true"'),
      cell('string', 'office:string-value="" calcext:value-type="error"'),
      cell('float', 'office:value="0"'),
      '<table:table-cell table:formula="of:=[.A1]*2"/>',
    ]
    expect(await readSheets(table('S', row(cells.join(''))))).toBe(
      '## S\n\n2026-11-28\t2026-11-28 14:30\t29%\t09:05\t26:00:01\t0.3\tTRUE\tas shown\t0\t=[.A1]*2\n',
    )
  })

  it('is refused before anything is put together when its cells are said to be there a billion times', async () => {
    const long = 'y'.repeat(1_000)
    for (const bomb of [
      row(words('x'), 1_000_000_000),
      row(words('x', 'table:number-columns-repeated="16384"'), 1_048_576),
      row(words(long, 'table:number-columns-repeated="1e300"')),
    ]) {
      const parts = odfParts('spreadsheet', { body: table('S', bomb) })
      expect(await take(parts)).toEqual({ reason: 'longText' })
    }
    expect(await readSheets(table('S', row(words('x', 'table:number-columns-repeated="-3"'), -2)))).toBe(
      '## S\n\nx\n',
    )
  })
})

it('reads a presentation of OpenDocument: titles, points, tables, notes, and no hidden slide', async () => {
  const automatic = `<style:style style:name="dp2" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
    <text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="●"/><text:list-level-style-bullet text:level="2" text:bullet-char="–"/></text:list-style>`
  const frame = (kind: string, content: string, more = '') =>
    `<draw:frame presentation:class="${kind}" ${more}><draw:text-box>${content}</draw:text-box></draw:frame>`
  const page = (content: string, style = 'dp1') =>
    `<draw:page draw:name="page" draw:style-name="${style}">${content}</draw:page>`
  const points = list(item(p('Silver') + list(item(p('below')))) + item(p('Glass')), 'text:style-name="L1"')
  const table = `<draw:frame><table:table><table:table-row><table:table-cell>${p('a')}</table:table-cell><table:table-cell>${p('b')}</table:table-cell></table:table-row></table:table><draw:image xlink:href="x.svm"/></draw:frame>`
  const first = [
    frame('title', p('The <text:span>mirror</text:span>')),
    frame('outline', points),
    frame('subtitle', p('Click to add'), 'presentation:placeholder="true"'),
    frame('footer', p('on every slide')),
    `<draw:g><draw:custom-shape>${p('In a shape')}<draw:enhanced-geometry/></draw:custom-shape></draw:g>`,
    '<draw:frame><draw:image xlink:href="Pictures/1.png"/><svg:desc>A mirror</svg:desc></draw:frame>',
    table,
    `<presentation:notes><draw:page-thumbnail/>${frame('notes', p('Say it slowly.'))}</presentation:notes>`,
  ]
  const body =
    page(first.join('')) + page(frame('title', p('Secret')), 'dp2') + page(frame('title', p('End')))
  expect(await readSlides(body, { automatic })).toBe(`## 1. The mirror

- Silver
   - below
- Glass

In a shape

[image: A mirror]

| a | b |
| --- | --- |

Notes: Say it slowly.

## 2

(hidden, not included)

## 3. End
`)
})

it('says of one with a password, and of drawings, what they are', async () => {
  const entries =
    '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
  expect(await readWriting(p('a'), { entries })).toEqual({ reason: 'locked' })
  const drawing = odfParts('text', { body: p('a') })
  const manifest = String(drawing['META-INF/manifest.xml']).replace(
    'opendocument.text',
    'opendocument.graphics',
  )
  expect(await take({ ...drawing, 'META-INF/manifest.xml': manifest })).toEqual({ reason: 'office' })
  expect(await readWriting(p(''))).toEqual({ reason: 'noText' })
})
