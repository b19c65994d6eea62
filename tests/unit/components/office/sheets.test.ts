import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOffice } from '#components/chat/files/office/read-office.ts'
import { kindOfFormat } from '#components/chat/files/office/sheet-values.ts'
import { type Parts, sheetPart, xlsxParts, zipOf } from '#tests/support/office.ts'

const read = async (parts: Parts) =>
  await readOffice(await zipOf(parts), { maxBytes: 1_000_000, signal: new AbortController().signal })
const readRows = (rows: string, more?: Parameters<typeof xlsxParts>[1]) =>
  read(xlsxParts([{ name: 'S', rows }], more))

const shared = sheetPart(
  'sst',
  `<si><t>名称</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">two </t></r><r><t>runs</t></r><rPh sb="0" eb="1"><t>ruby</t></rPh></si><si><t>a_x000D_
b_x0001_</t></si>`,
)
/** Styles by their place: 0 general, 1 date, 2 percent, 3 own date and time in Chinese, 4 time, 5 duration, 6 money. */
const styles = sheetPart(
  'styleSheet',
  `<numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\\ h:mm;@"/><numFmt numFmtId="177" formatCode="[h]:mm:ss"/><numFmt numFmtId="178" formatCode="[Red]&quot;day&quot;#,##0.00"/></numFmts>
   <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
   <cellXfs>${[0, 14, 10, 176, 20, 177, 178].map((id) => `<xf numFmtId="${id}" applyNumberFormat="1"/>`).join('')}</cellXfs>`,
)
const formed: Parts = { 'xl/sharedStrings.xml': shared, 'xl/styles.xml': styles }

describe('a workbook', () => {
  it('has its sheets by name, with their rows, the gaps between them, and none of what is hidden', async () => {
    const parts = xlsxParts(
      [
        {
          name: '报表 &amp; more',
          rows: `<row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2"><v>7</v></c></row><row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="1"/></row><row r="9"><c r="AB9" t="b"><v>1</v></c></row>`,
        },
        { name: 'Empty', rows: '' },
        { name: 'Secret', state: 'veryHidden', rows: '<row><c t="str"><v>salary</v></c></row>' },
        { name: 'Two', rows: '<row><c t="inlineStr"><is><t>in place</t></is></c><c><v>1</v></c></row>' },
      ],
      formed,
    )
    expect(await read(parts)).toBe(
      `## 报表 & more\n\n\t名称\t\t7\ntwo runs\n\n${'\t'.repeat(27)}TRUE\n\n## Secret\n\n(hidden, not included)\n\n## Two\n\nin place\t1\n`,
    )
  })

  it('shows dates, shares and durations as Excel does, and what formulas last came to', async () => {
    const cells = [
      '<c s="1"><v>46354</v></c>',
      '<c s="2"><v>0.28999999999999998</v></c>',
      '<c s="3"><v>46354.604166666664</v></c>',
      '<c s="4"><v>0.37847222222222221</v></c>',
      '<c s="5"><v>1.5</v></c>',
      '<c s="6"><f>SUM(A1)</f><v>0.30000000000000004</v></c>',
      '<c t="str"><f>A1&amp;"x"</f><v>joined</v></c>',
      '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
      '<c><f>A1*2</f></c>',
      '<c t="s"><v>2</v></c>',
      '<c t="d"><v>2026-11-28</v></c>',
    ]
    expect(await readRows(`<row r="1">${cells.join('')}</row>`, formed)).toBe(
      `## S\n\n${['2026-11-28', '29%', '2026-11-28 14:30', '09:05', '36:00', '0.3', 'joined', '#DIV/0!', '=A1*2', 'a b', '2026-11-28'].join('\t')}\n`,
    )
  })

  it('counts days from 1904 where the workbook does, and bears days that no calendar has', async () => {
    const days =
      '<row><c s="1"><v>0</v></c><c s="1"><v>1</v></c><c s="1"><v>60.5</v></c><c s="1"><v>-3</v></c><c s="1"><v>99999999</v></c><c s="1"><v>x</v></c></row>'
    expect(await readRows(days, formed)).toContain('1899-12-31\t1900-01-01\t1900-02-28\t-3\t99999999\tx')
    expect(await readRows(days, { ...formed, properties: 'date1904="1"' })).toContain(
      '1904-01-01\t1904-01-02',
    )
  })

  it('tells dates from numbers by their format', () => {
    const kinds = {
      General: 'number',
      '0.00E+00': 'number',
      '#,##0"days"': 'number',
      '[$-804]yyyy"年"m"月";@': 'date',
      'm/d/yy h:mm': 'dateTime',
      'mm:ss.0': 'time',
      '[mm]:ss': 'duration',
      '0.0%': 'percent',
      mmm: 'date',
      '_-* #,##0.00_-;\\-h': 'number',
    }
    for (const [code, kind] of Object.entries(kinds)) expect([code, kindOfFormat(code)]).toEqual([code, kind])
  })

  it('has each value in its column, wherever cells are', async () => {
    const columns = fc.uniqueArray(fc.integer({ min: 0, max: 800 }), { minLength: 1, maxLength: 8 })
    const lettersOf = (column: number): string =>
      (column >= 26 ? lettersOf(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26))
    await fc.assert(
      fc.asyncProperty(columns, async (unsorted) => {
        const sorted = unsorted.toSorted((a, b) => a - b)
        const cells = sorted.map((column) => `<x:c r="${lettersOf(column)}1"><x:v>${column}</x:v></x:c>`)
        // As the Open XML SDK writes it, with a prefix everywhere.
        const sheet = `<x:worksheet xmlns:x="x"><x:sheetData><x:row r="1">${cells.join('')}</x:row></x:sheetData></x:worksheet>`
        const text = await readRows('', { 'xl/worksheets/sheet1.xml': sheet })
        const line = text?.split('\n')[2]?.split('\t') ?? []
        expect(line.flatMap((value, at) => (value === String(at) ? at : []))).toEqual(sorted)
        expect(line.filter((value) => value !== '')).toHaveLength(sorted.length)
      }),
      { numRuns: 40 },
    )
  })
})
