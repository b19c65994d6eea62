import type { OfficePackage } from './open-package.ts'
import { attributeOf, childOf, elementsIn, type XmlElement } from './read-xml.ts'

/** What of a paragraph's look is more than a look. */
export interface ParagraphKind {
  /** 1 for the highest heading; undefined for text. */
  heading?: number
  /** `0` says that it stands in no list, whatever its style says. */
  listId?: string
  /** From 0 to 8. */
  listLevel?: number
}

interface Style extends ParagraphKind {
  basedOn: string | undefined
}

/** Of a list; Word has nine. */
const LAST_LEVEL = 8
/** Styles that are based on one another in a circle, or as good as in one. */
const MAX_BASES = 20

/** What a paragraph is, by its own properties and the styles that it follows. */
export type KindOf = (paragraph: XmlElement) => ParagraphKind

/** Reads `styles.xml`. */
export async function readStyles(zip: OfficePackage, part: string | undefined): Promise<KindOf> {
  const styles = new Map<string, Style>()
  if (part !== undefined) {
    for await (const element of elementsIn(zip.read(part), ['style'])) {
      const basedOn = attributeOf(childOf(element, 'basedOn'), 'val')
      const byName = headingOfName(attributeOf(childOf(element, 'name'), 'val') ?? '')
      styles.set(attributeOf(element, 'styleId') ?? '', {
        ...(byName !== undefined && { heading: byName }),
        ...kindIn(childOf(element, 'pPr')),
        basedOn,
      })
    }
  }
  return (paragraph) => {
    const properties = childOf(paragraph, 'pPr')
    let kind = kindIn(properties)
    let at = attributeOf(childOf(properties, 'pStyle'), 'val')
    for (let bases = 0; at !== undefined && bases < MAX_BASES; bases++) {
      const style = styles.get(at)
      if (!style) break
      const { basedOn, ...inherited } = style
      kind = { ...inherited, ...kind }
      at = basedOn
    }
    return kind
  }
}

/** The name is the same in every language of Word, unlike the id; WPS and others translate it at times. */
function headingOfName(name: string): number | undefined {
  if (/^(title|标题)$/i.test(name)) return 1
  const [, level] = /^(?:heading|标题) ?([1-9])$/i.exec(name) ?? []
  return level === undefined ? undefined : Number(level)
}

function kindIn(properties: XmlElement | undefined): ParagraphKind {
  const valOf = (...path: string[]) => attributeOf(childOf(properties, ...path), 'val')
  const outline = valOf('outlineLvl')
  const listId = valOf('numPr', 'numId')
  const listLevel = valOf('numPr', 'ilvl')
  return {
    // The tenth level is that of text.
    ...(outline !== undefined && Number(outline) < 9 && { heading: Number(outline) + 1 }),
    ...(listId !== undefined && { listId }),
    ...(listLevel !== undefined && { listLevel: Math.min(LAST_LEVEL, Math.max(0, Number(listLevel) || 0)) }),
  }
}
