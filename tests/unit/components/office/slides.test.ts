import { describe, expect, it } from 'vitest'
import { readOffice } from '#components/chat/files/office/read-office.ts'
import { type Parts, pptxParts, relationsPart, shape, slidePart, zipOf } from '#tests/support/office.ts'

const read = async (parts: Parts) =>
  await readOffice(await zipOf(parts), { maxBytes: 1_000_000, signal: new AbortController().signal })

const line = (text: string, properties = '') =>
  `<a:p><a:pPr ${properties.startsWith('<') ? `>${properties}</a:pPr>` : `${properties}/>`}<a:r><a:rPr lang="zh-CN"/><a:t>${text}</a:t></a:r></a:p>`
const title = (text: string) => shape(line(text), 'type="title"')

describe('a presentation', () => {
  it('has its slides in the order in which they are shown, each with its number, title and points', async () => {
    const text = await read(
      pptxParts([
        {
          shapes:
            title('季度总结') +
            shape(line('收入') + line('Silk', 'lvl="1"') + line('Plain', '<a:buNone/>'), 'idx="1"') +
            shape('<a:p><a:fld type="slidenum"><a:t>1</a:t></a:fld></a:p>', 'type="sldNum"'),
        },
        { shapes: shape(line('Secret')), attributes: 'show="0"' },
        { shapes: '' },
        {
          shapes: shape(
            line('first', '<a:buAutoNum type="arabicPeriod"/>') +
              line('second', '<a:buAutoNum type="arabicPeriod"/>'),
          ),
        },
      ]),
    )
    expect(text).toBe(
      '## 1. 季度总结\n\n- 收入\n   - Silk\nPlain\n\n## 2\n\n(hidden, not included)\n\n## 4\n\n1. first\n2. second\n',
    )
  })

  it('has tables, groups, diagrams, pictures and what the speaker noted', async () => {
    const cells = (...texts: string[]) =>
      `<a:tr>${texts.map((text) => `<a:tc><a:txBody>${line(text)}</a:txBody></a:tc>`).join('')}</a:tr>`
    const frame = (content: string) =>
      `<p:graphicFrame><a:graphic><a:graphicData>${content}</a:graphicData></a:graphic></p:graphicFrame>`
    const shapes = [
      title('Plan'),
      `<p:grpSp>${shape(line('in a group'))}</p:grpSp>`,
      frame(`<a:tbl><a:tblGrid/>${cells('a', 'b')}${cells('c|d', '')}</a:tbl>`),
      frame('<dgm:relIds r:dm="rId2" r:lo="rId3"/>'),
      '<p:pic><p:nvPicPr><p:cNvPr id="4" name="p" descr="A harbour"/></p:nvPicPr></p:pic>',
      `<mc:AlternateContent><mc:Choice Requires="a14">${shape(line('new'))}</mc:Choice><mc:Fallback>${shape(line('old'))}</mc:Fallback></mc:AlternateContent>`,
    ]
    const notes = slidePart(
      'notes',
      `<p:cSld><p:spTree>${shape(line('Breathe.') + line('Smile.'), 'type="body" idx="1"')}${shape(line('7'), 'type="sldNum"')}</p:spTree></p:cSld>`,
    )
    const text = await read(
      pptxParts([{ shapes: shapes.join('') }], {
        'ppt/slides/_rels/slide1.xml.rels': relationsPart(
          ['notesSlide', '../notesSlides/notesSlide1.xml'],
          ['diagramData', '../diagrams/data1.xml'],
        ),
        'ppt/notesSlides/notesSlide1.xml': notes,
        'ppt/diagrams/data1.xml': `<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><dgm:ptLst><dgm:pt><dgm:t>${line('Ask')}</dgm:t></dgm:pt><dgm:pt type="parTrans"/><dgm:pt><dgm:t>${line('Answer')}</dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>`,
      }),
    )
    expect(text).toBe(
      '## 1. Plan\n\nin a group\n\n| a | b |\n| --- | --- |\n| c\\|d |  |\n\n- Ask\n- Answer\n\n[image: A harbour]\n\nnew\n\nNotes: Breathe.\nSmile.\n',
    )
  })

  it('without a word in it is none that could be sent', async () => {
    await expect(read(pptxParts([{ shapes: '' }, { shapes: shape('<a:p/>') }]))).rejects.toMatchObject({
      reason: 'noText',
    })
  })
})
