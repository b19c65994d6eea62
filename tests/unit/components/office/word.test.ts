import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOffice } from '#components/chat/files/office/read-office.ts'
import {
  docxParts,
  type Parts,
  packageOf,
  paragraph,
  relationsPart,
  wordPart,
  zipOf,
} from '#tests/support/office.ts'

const read = async (parts: Parts) =>
  await readOffice(await zipOf(parts), { maxBytes: 1_000_000, signal: new AbortController().signal })
const readBody = (body: string, parts?: Parts) => read(docxParts(body, parts))

const style = (value: string) => `<w:pStyle w:val="${value}"/>`
const inList = (list: number, level = 0) =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`
const cell = (content: string, properties = '') => `<w:tc><w:tcPr>${properties}</w:tcPr>${content}</w:tc>`
const row = (...cells: string[]) => `<w:tr>${cells.join('')}</w:tr>`

/** Word in Chinese gives its styles numbers for ids; their names stay English. */
const styles = wordPart(
  'styles',
  `<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
   <w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
   <w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>
   <w:style w:type="paragraph" w:styleId="own"><w:name w:val="章"/><w:basedOn w:val="1"/></w:style>`,
)
const level = (at: number, format: string, text: string, more = '') =>
  `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`
const numbering = wordPart(
  'numbering',
  `<w:abstractNum w:abstractNumId="0">${level(0, 'bullet', '')}${level(1, 'bullet', 'o')}</w:abstractNum>
   <w:abstractNum w:abstractNumId="1">${level(0, 'chineseCountingThousand', '第%1条')}${level(1, 'decimal', '%1.%2', '<w:isLgl/>')}${level(2, 'lowerLetter', '(%3)')}</w:abstractNum>
   <w:abstractNum w:abstractNumId="2">${level(0, 'decimal', '%1')}${level(1, 'decimal', '%1.%2')}</w:abstractNum>
   <w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="Parts"/></w:abstractNum>
   <w:abstractNum w:abstractNumId="6"><w:styleLink w:val="Parts"/>${level(0, 'upperRoman', 'Part %1')}</w:abstractNum>
   <w:num w:numId="5"><w:abstractNumId w:val="5"/></w:num>
   <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
   <w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
   <w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
   <w:num w:numId="4"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`,
)
const formed: Parts = {
  'word/_rels/document.xml.rels': relationsPart(['styles', 'styles.xml'], ['numbering', 'numbering.xml']),
  'word/styles.xml': styles,
  'word/numbering.xml': numbering,
}

describe('a Word document', () => {
  it('has its headings, by the names and the levels of styles', async () => {
    const body = [
      paragraph('年度报告', style('own')),
      paragraph('Numbers', style('2')),
      paragraph('Text.', style('a')),
      paragraph('Of its own', '<w:outlineLvl w:val="2"/>'),
    ]
    expect(await readBody(body.join(''), formed)).toBe(
      '# 年度报告\n\n## 1.1 Numbers\n\nText.\n\n### Of its own\n',
    )
  })

  it('has the numbers of its lists as they are shown', async () => {
    const body = [
      paragraph('甲方', inList(2)),
      paragraph('Goods', inList(2, 1)),
      paragraph('Silk', inList(2, 2)),
      paragraph('Tea', inList(2, 2)),
      paragraph('乙方', inList(2)),
      paragraph('', inList(2)),
      paragraph('Price', inList(2, 1)),
      paragraph('A text between.'),
      paragraph('Anew', inList(4)),
      paragraph('a point', inList(1)),
      paragraph('below it', inList(1, 1)),
      paragraph('in no list', inList(0)),
      paragraph('by a style of lists', inList(5)),
    ]
    expect(await readBody(body.join(''), formed)).toBe(`第一条 甲方
   1.1 Goods
      (a) Silk
      (b) Tea
第二条 乙方
   3.1 Price

A text between.

第一条 Anew
- a point
   - below it

in no list

Part I by a style of lists
`)
  })

  it('has its tables, with merged cells, cells of several lines, and tables in them', async () => {
    const inner = `<w:tbl>${row(cell(paragraph('x')), cell(paragraph('y')))}</w:tbl>`
    const table = `<w:tbl><w:tblGrid/>${row(cell(paragraph('Both'), '<w:gridSpan w:val="2"/>'), cell(paragraph('a|b')))}
      ${row(cell(paragraph('two') + paragraph('lines'), '<w:vMerge w:val="restart"/>'), cell(inner), cell(paragraph('')))}
      ${row(cell(paragraph('hidden'), '<w:vMerge/>'), cell(paragraph('m')), cell(paragraph('n')))}</w:tbl>`
    expect(await readBody(table)).toBe(`| Both |  | a\\|b |
| --- | --- | --- |
| two<br>lines | x / y |  |
|  | m | n |
`)
    const frame = `<w:tbl>${row(cell(paragraph('One') + paragraph('Two')))}</w:tbl>`
    expect(await readBody(frame)).toBe('One\n\nTwo\n')
  })

  it('has notes and comments at its end, links, and marks where pictures are', async () => {
    const body = `<w:p><w:r><w:t xml:space="preserve">See </w:t></w:r>
      <w:hyperlink r:id="rId1"><w:r><w:t>the site</w:t></w:r></w:hyperlink>
      <w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="0"/></w:r>
      <w:r><w:drawing><wp:inline><wp:docPr id="1" name="P" descr="A  silver fish"/><a:graphic><a:blip r:embed="rId9"/></a:graphic></wp:inline></w:drawing></w:r></w:p>`
    const text = await readBody(body, {
      'word/_rels/document.xml.rels': relationsPart(
        ['hyperlink', 'https://example.com/a'],
        ['footnotes', 'footnotes.xml'],
        ['comments', '/word/comments.xml'],
      ),
      'word/footnotes.xml': wordPart(
        'footnotes',
        `<w:footnote w:type="separator" w:id="-1">${paragraph('-')}</w:footnote><w:footnote w:id="2">${paragraph('Below.')}</w:footnote>`,
      ),
      'word/comments.xml': wordPart(
        'comments',
        `<w:comment w:id="0" w:author="林">${paragraph('Is it so?')}</w:comment>`,
      ),
    })
    expect(text).toBe(
      'See [the site](https://example.com/a)[^1][^comment1][image: A silver fish]\n\n[^1]: Below.\n\n[^comment1]: 林: Is it so?\n',
    )
  })

  it('has what is written in boxes once, though it stands there for old readers too', async () => {
    const box = `<w:txbxContent>${paragraph('In the box')}</w:txbxContent>`
    const body = `<w:p><w:r><w:t>Beside</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>${box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>${box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`
    expect(await readBody(body + paragraph('After'))).toBe('Beside\n\nIn the box\n\nAfter\n')
  })

  it('has the words that are seen: no deleted, hidden or instructing ones', async () => {
    const run = (content: string, properties = '') => `<w:r><w:rPr>${properties}</w:rPr>${content}</w:r>`
    const body = `<w:sdt><w:sdtPr><w:alias w:val="no"/></w:sdtPr><w:sdtContent><w:p>
      <w:del>${run('<w:delText>old</w:delText>')}</w:del><w:ins>${run('<w:t>new</w:t>')}</w:ins>
      ${run('<w:t>secret</w:t>', '<w:vanish/>')}${run('<w:t xml:space="preserve"> shown</w:t>', '<w:vanish w:val="0"/>')}
      ${run('<w:fldChar w:fldCharType="begin"/>')}${run('<w:instrText>PAGEREF _Toc1</w:instrText>')}${run('<w:fldChar w:fldCharType="separate"/>')}${run('<w:tab/><w:t>7</w:t>')}
      ${run('<w:br/><w:t>next</w:t><w:br w:type="page"/><w:sym w:font="Wingdings" w:char="F0FE"/>')}
      <w:ruby><w:rt>${run('<w:t>hàn</w:t>')}</w:rt><w:rubyBase>${run('<w:t>汉</w:t>')}</w:rubyBase></w:ruby>
      <m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath></w:p></w:sdtContent></w:sdt>`
    expect(await readBody(body)).toBe('new shown\t7\nnext☑汉(a)/(b)\n')
  })

  it('is told by its parts, whatever their prefixes, encoding and names are', async () => {
    const document = `<?xml version="1.0" encoding="UTF-16"?><document xmlns="x"><body><p><r><t>宽 &amp; &#x4e2d;</t></r></p></body></document>`
    const wide = new Uint8Array([
      0xff,
      0xfe,
      ...new Uint8Array(Uint16Array.from([...document].map((c) => c.charCodeAt(0))).buffer),
    ])
    const type = 'ms-word.document.macroEnabled'
    expect(
      await read(packageOf('word/document2.xml', type, { 'Word\\Document2.xml': new Blob([wide]) })),
    ).toBe('宽 & 中\n')
  })

  it('has every word that stands in it, in order, whatever the words are', async () => {
    const escaped = (text: string) =>
      text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
    const word = fc.string({ unit: fc.constantFrom(...'aZ9&<>|#*_`[]\\"\'中文字，。é😀'), minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (words) => {
        const body = words.map((text) => paragraph(escaped(text))).join('')
        expect(await readBody(body)).toBe(`${words.join('\n\n')}\n`)
      }),
      { numRuns: 60 },
    )
  })
})
